package app.gigpigs.mauticsync.inbound.event;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who, about which mail, and when.
 *
 * @param contact whom it concerns
 * @param email the mail; null when Mautic does not say
 * @param occurredAt when it happened, as exactly as Mautic says
 * @param payload what Mautic sent about this one event, as far as it is kept, as JSON that Postgres takes
 */
public record EventDetails(ContactRef contact, @Nullable EmailRef email, Instant occurredAt, String payload) {

    /**
     * A contact as far as it is named.
     *
     * @param id Mautic's id, or null
     * @param supabaseId the customer's id that the sync wrote into the contact, or null
     * @param email its address as Mautic has it, or null
     */
    public record ContactRef(
            @Nullable Long id,
            @Nullable CustomerId supabaseId,
            @Nullable String email) {
        public boolean named() {
            return id != null || supabaseId != null || email != null;
        }
    }

    /**
     * One of Mautic's e-mails.
     *
     * @param name what Mautic's users call it; null when not told
     * @param subject its subject line; null when not told
     */
    public record EmailRef(
            long id, @Nullable String name, @Nullable String subject) {}
}
