/** The commands, one class each. A command reads its options, calls one object of a journey, and prints the result. */
@NullMarked
package app.gigpigs.mauticsync.cli;

import org.jspecify.annotations.NullMarked;
