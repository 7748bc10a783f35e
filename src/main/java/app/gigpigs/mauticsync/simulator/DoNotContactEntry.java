package app.gigpigs.mauticsync.simulator;

import org.jspecify.annotations.Nullable;

/**
 * An entry of a contact's do-not-contact list.
 *
 * @param reason 1 unsubscribed, 2 bounced, 3 by hand
 */
public record DoNotContactEntry(
        long id, String channel, int reason, @Nullable String comments) {}
