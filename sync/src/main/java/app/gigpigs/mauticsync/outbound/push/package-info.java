/** In which order batches are sent, and how many at a time. */
@NullMarked
package app.gigpigs.mauticsync.outbound.push;

import org.jspecify.annotations.NullMarked;
