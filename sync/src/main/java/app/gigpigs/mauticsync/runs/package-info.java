/** What every run shares: the lease, the run log, the pause switch, the stop signal. */
@NullMarked
package app.gigpigs.mauticsync.runs;

import org.jspecify.annotations.NullMarked;
