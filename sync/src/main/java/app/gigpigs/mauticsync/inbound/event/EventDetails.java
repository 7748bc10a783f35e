package app.gigpigs.mauticsync.inbound.event;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who did something, with which e-mail, and when.
 *
 * @param contact the person
 * @param email the e-mail; null when Mautic does not name one
 * @param occurredAt when it happened, as exactly as Mautic tells it
 * @param payload the part of what Mautic sent about this event that is kept, as JSON that Postgres accepts
 */
public record EventDetails(ContactRef contact, @Nullable EmailRef email, Instant occurredAt, String payload) {

    /**
     * A contact, as far as Mautic names it.
     *
     * @param id Mautic's id, or null
     * @param supabaseId the customer's id that the sync wrote into the contact, or null
     * @param email its address in Mautic, or null
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
     * @param name its internal name; null when Mautic did not send it
     * @param subject its subject line; null when Mautic did not send it
     */
    public record EmailRef(
            long id, @Nullable String name, @Nullable String subject) {}
}
