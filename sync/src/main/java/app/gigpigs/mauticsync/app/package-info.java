/** Puts the program together: reads the configuration and builds the objects of each journey. Nothing else wires. */
@NullMarked
package app.gigpigs.mauticsync.app;

import org.jspecify.annotations.NullMarked;
