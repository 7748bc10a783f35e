/** The commands setup and doctor: create what is missing in Mautic, and find what is wrong. */
@NullMarked
package app.gigpigs.mauticsync.setup;

import org.jspecify.annotations.NullMarked;
