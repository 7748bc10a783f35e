/**
 * The command explain: one person as both sides have it, and what the next run would do and why. Reads; writes
 * nothing.
 */
@NullMarked
package app.gigpigs.mauticsync.explain;

import org.jspecify.annotations.NullMarked;
