/** Whether a run may go on: limits on how much one run may change. */
@NullMarked
package app.gigpigs.mauticsync.outbound.safety;

import org.jspecify.annotations.NullMarked;
