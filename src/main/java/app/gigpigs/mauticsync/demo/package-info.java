/** The program against a database and a Mautic of its own: what a newcomer sees first, and the check that it is true. */
@NullMarked
package app.gigpigs.mauticsync.demo;

import org.jspecify.annotations.NullMarked;
