/** The command plan: what the next run would send. Writes nothing. */
@NullMarked
package app.gigpigs.mauticsync.plan;

import org.jspecify.annotations.NullMarked;
