package app.gigpigs.mauticsync.simulator;

import org.jspecify.annotations.Nullable;

/**
 * An entry of a contact's do-not-contact list.
 *
 * @param reason 1 unsubscribed, 2 bounced, 3 by hand
 * @param channelId the e-mail that caused it, null when it came through the API or by hand
 */
public record DoNotContactEntry(
        long id,
        String channel,
        int reason,
        @Nullable String comments,
        @Nullable Long channelId) {
    /** An entry that no e-mail caused. */
    public DoNotContactEntry(long id, String channel, int reason, @Nullable String comments) {
        this(id, channel, reason, comments, null);
    }
}
