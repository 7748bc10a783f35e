/** Stored deliveries, and the worker that processes them. */
@NullMarked
package app.gigpigs.mauticsync.inbound.inbox;

import org.jspecify.annotations.NullMarked;
