/**
 * Who said no, who is to be forgotten, and what is left of that: keyed hashes that every journey asks before it keeps or
 * sends anything. The commands {@code erase}, {@code import-suppressions} and {@code consent} begin here.
 */
@NullMarked
package app.gigpigs.mauticsync.consent;

import org.jspecify.annotations.NullMarked;
