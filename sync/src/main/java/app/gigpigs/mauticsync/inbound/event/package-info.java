/** Reads the events of a delivery. Pure: text in, events out. */
@NullMarked
package app.gigpigs.mauticsync.inbound.event;

import org.jspecify.annotations.NullMarked;
