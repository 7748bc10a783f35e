package app.gigpigs.mauticsync.inbound.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A mail to one address, as far as its bounce tells which one it was. Mautic and Amazon have no id of it in common, unless
 * Amazon was set up to repeat the mail's headers.
 *
 * @param sesMessageId Amazon's id; null when Mautic reports the bounce
 * @param trackingHash Mautic's id in the mail's links
 * @param sentAt by the clock of who reports it
 */
public record SentMail(
        @Nullable String sesMessageId,
        @Nullable String trackingHash,
        @Nullable Instant sentAt) {
    public static final SentMail UNKNOWN = new SentMail(null, null, null);
}
