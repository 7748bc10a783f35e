package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Contact;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One customer as both sides have it. Holds personal data: for the terminal, never for the log.
 *
 * @param inView whether the CRM's view has it
 * @param remembered what the last run left
 * @param now what is there now, on both sides
 * @param next what the next run would do, one sentence each
 */
public record CustomerView(CustomerId customer, boolean inView, Remembered remembered, Now now, List<String> next) {
    /**
     * What the last runs left in public.mautic_sync_status.
     *
     * @param state synced, refused, skipped, gone, pending, or null when it was never looked at
     * @param contactId its contact, or null
     * @param sentAt when it was last sent successfully
     * @param error the last error in words
     * @param nextAttempt when a refused customer is tried again unchanged
     */
    public record Remembered(
            @Nullable String state,
            @Nullable Long contactId,
            @Nullable Instant sentAt,
            @Nullable String error,
            @Nullable Instant nextAttempt) {}

    /**
     * What is there now.
     *
     * @param fields field by field
     * @param segments the CRM's names of the segments, by where they are told: crm, sent, mautic
     * @param optIn the customer's own consent in the CRM; null when it has none, or is not in the view
     * @param sharers others in the CRM with the same address, and whether they say no
     * @param addresses as the CRM's table of addresses has them
     * @param contact its contact, or null when there is none or Mautic does not answer
     */
    public record Now(
            List<FieldView> fields,
            Map<String, Set<String>> segments,
            @Nullable Boolean optIn,
            Map<CustomerId, Boolean> sharers,
            List<EmailAddresses.Mailbox> addresses,
            @Nullable Contact contact) {}

    /**
     * One field.
     *
     * @param crm as it stands in the CRM
     * @param wouldSend as it would be sent now
     * @param sent as it was last sent
     * @param mautic as Mautic holds it, and whether that is another value than would be sent
     */
    public record FieldView(
            String alias,
            @Nullable String crm,
            @Nullable String wouldSend,
            @Nullable String sent,
            Value mautic) {
        /** Mautic's side. */
        public record Value(@Nullable String value, boolean differs) {}
    }
}
