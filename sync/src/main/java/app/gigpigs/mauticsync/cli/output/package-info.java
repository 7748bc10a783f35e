/** How commands print: tables, JSON, progress, questions, exit codes. */
@NullMarked
package app.gigpigs.mauticsync.cli.output;

import org.jspecify.annotations.NullMarked;
