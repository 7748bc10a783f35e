package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.inbound.Circumstances.EmailRef;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table public.customer_email_engagement: one row an event, held apart by its key. */
final class EngagementTable {

    /** Adds the event's row; empty when its key is there. */
    Optional<UUID> insert(Handle handle, Event.Recorded event, @Nullable UUID customer, Source source) {
        Circumstances about = event.circumstances();
        EmailRef email = about.email();
        return handle.createQuery("""
                        insert into public.customer_email_engagement
                          (customer_id, event_type, event_key, source, mautic_contact_id, mautic_email_id,
                           campaign_name, email_subject, link_url, occurred_at, raw_payload)
                        select cast(:customer as uuid), :type, :key, :source, cast(:contact as bigint), given.email_id,
                               coalesce(given.name, known.name), coalesce(given.subject, known.subject),
                               :url, :at, cast(:payload as jsonb)
                          from (select cast(:email as text) as email_id, cast(:name as text) as name,
                                       cast(:subject as text) as subject) given
                          left join mautic_sync.email_name known on known.mautic_email_id = given.email_id and known.found
                        on conflict (event_key) do nothing
                        returning id
                        """)
                .bind("customer", customer == null ? null : customer.toString())
                .bind("type", event.type())
                .bind("key", event.key())
                .bind("source", source.sql())
                .bind("contact", text(about.contact().id()))
                .bind("email", email == null ? null : text(email.id()))
                .bind("name", email == null ? null : email.name())
                .bind("subject", email == null ? null : email.subject())
                .bind("url", event instanceof Event.Click click ? click.url() : null)
                .bind("at", Timestamp.from(about.occurredAt()))
                .bind("payload", about.payload())
                .mapTo(UUID.class)
                .findOne();
    }

    /** Puts the event's own time in the place of the webhook's queue time. */
    void correctTime(Handle handle, String key, Instant at) {
        handle.createUpdate("""
                        update public.customer_email_engagement set occurred_at = :at
                         where event_key = :key and source = 'webhook' and occurred_at is distinct from :at
                        """).bind("at", Timestamp.from(at)).bind("key", key).execute();
    }

    private static @Nullable String text(@Nullable Long id) {
        return id == null ? null : id.toString();
    }
}
