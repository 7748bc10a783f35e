/** What is counted and measured while the program works. */
@NullMarked
package app.gigpigs.mauticsync.metrics;

import org.jspecify.annotations.NullMarked;
