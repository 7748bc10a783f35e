/** Makes a Mautic ready for the sync, and finds what is wrong on either side. */
@NullMarked
package app.gigpigs.mauticsync.setup;

import org.jspecify.annotations.NullMarked;
