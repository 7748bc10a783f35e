/** How somebody who does not look is told: metrics and alerts. */
@NullMarked
package app.gigpigs.mauticsync.monitor;

import org.jspecify.annotations.NullMarked;
