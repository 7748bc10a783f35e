/** One person, as both sides have it, and why. Reads; writes nothing. */
@NullMarked
package app.gigpigs.mauticsync.explain;

import org.jspecify.annotations.NullMarked;
