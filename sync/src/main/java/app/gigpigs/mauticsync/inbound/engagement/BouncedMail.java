package app.gigpigs.mauticsync.inbound.engagement;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A mail that bounced, as one of those who report it knows it.
 *
 * @param address where it was sent to, in lower case and without blanks around it; null when nobody knows
 * @param ids what identifies the mail
 * @param times when it was sent and when it came back
 */
record BouncedMail(@Nullable String address, Ids ids, Times times) {
    /**
     * What identifies the mail; null where it is not known.
     *
     * @param stat Mautic's row of the mail to this contact
     * @param emailId Mautic's e-mail, which was sent to many
     * @param trackingHash Mautic's id in the mail's links
     * @param sesMessageId Amazon's id of the mail
     */
    record Ids(
            @Nullable Long stat,
            @Nullable String emailId,
            @Nullable String trackingHash,
            @Nullable String sesMessageId) {}

    /** When it was sent, where that is known, and when it came back, or when Mautic learned of it. */
    record Times(@Nullable Instant sent, Instant bounced) {}

    /**
     * One that is stored.
     *
     * @param row its row of customer_email_engagement
     * @param progress how far it was counted
     */
    record Known(Row row, BouncedMail mail, Progress progress) {}

    /** The row of customer_email_engagement, and its key. */
    record Row(UUID id, String key) {
        /** Whether Amazon alone has reported it so far. */
        boolean fromSesAlone() {
            return key.startsWith("ses:");
        }
    }

    /**
     * How far it was counted.
     *
     * @param counted whether the CRM's address has it in its count
     * @param due whether the count waits for the customer or for the CRM
     * @param permanent whether somebody said that the address is bad for good
     * @param reported whether a do-not-contact entry of Mautic is linked with it
     */
    record Progress(boolean counted, boolean due, boolean permanent, boolean reported) {}
}
