/** One class a command: reads options, calls one thing, prints what came of it. */
@NullMarked
package app.gigpigs.mauticsync.cli;

import org.jspecify.annotations.NullMarked;
