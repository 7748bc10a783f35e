/** Which customers changed since they were last sent. Decided in SQL. */
@NullMarked
package app.gigpigs.mauticsync.outbound.diff;

import org.jspecify.annotations.NullMarked;
