/** One batch to Mautic and back, item by item. */
@NullMarked
package app.gigpigs.mauticsync.outbound.batch;

import org.jspecify.annotations.NullMarked;
