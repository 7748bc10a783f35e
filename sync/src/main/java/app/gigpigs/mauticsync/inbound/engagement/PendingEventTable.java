package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.ledger.Statement;
import app.gigpigs.mauticsync.consent.ledger.Statement.Source;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.inbound.engagement.OptOuts.Said;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.EventKeys;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table mautic_sync.pending_event: events that are stored, but without a customer, or with a change that the CRM rejected. */
final class PendingEventTable {
    private static final Logger LOG = LoggerFactory.getLogger(PendingEventTable.class);

    /** Keeps an event until its customer is in the CRM and its change is made. */
    void add(Handle handle, UUID row, ContactRef contact, WaitingFor waitingFor, EffectResult effect) {
        if (!contact.named()) {
            // Nothing names the contact, so no customer could ever be found for it.
            return;
        }
        if (effect == EffectResult.REJECTED) {
            LOG.warn(new Failure(
                            ErrorCode.CRM_REJECTS_EVENT,
                            "the CRM rejected the change that an event makes; it is kept and tried again, doctor says why")
                    .line());
        }
        handle.createUpdate("""
                        insert into mautic_sync.pending_event (event_id, customer_ref, email, waiting_for, effect_due)
                        values (:id, :customer, :email, :waiting_for, :due)
                        on conflict (event_id) do update
                           set waiting_for = excluded.waiting_for, effect_due = excluded.effect_due
                        """)
                .bind("id", row)
                .bind(
                        "customer",
                        contact.supabaseId() == null
                                ? null
                                : contact.supabaseId().toString())
                .bind("email", contact.email())
                .bind("waiting_for", waitingFor.sql())
                .bind("due", effect != EffectResult.APPLIED)
                .execute();
    }

    /** The next events after this one whose customer is in the CRM now, in the order of their ids; locks nothing. */
    List<UUID> after(Handle handle, UUID last, int most, CustomerFinder customers) {
        return handle.createQuery("select m.event_id from (" + matched(handle, customers, "true") + """
                        ) m where m.event_id > :last order by m.event_id limit :most
                        """)
                .bind("last", last)
                .bind("most", most)
                .mapTo(UUID.class)
                .list();
    }

    /** Locks these events, but for those that another process has locked, and reads them. */
    List<Pending> lock(Handle handle, List<UUID> page, CustomerFinder customers) {
        List<UUID> locked = handle.createQuery("""
                        select event_id from mautic_sync.pending_event
                         where event_id = any(:page) order by event_id for update skip locked
                        """)
                .bindArray("page", UUID.class, page.toArray())
                .mapTo(UUID.class)
                .list();
        return handle.createQuery(matched(handle, customers, "u.event_id = any(:locked)") + " order by event_id")
                .bindArray("locked", UUID.class, locked.toArray())
                .map((row, context) -> new Pending(
                        row.getObject("event_id", UUID.class),
                        new CustomerId(row.getString("customer_id")),
                        row.getString("event_type"),
                        row.getString("email"),
                        row.getBoolean("effect_due") ? Optional.of(said(row)) : Optional.empty()))
                .list();
    }

    private static Said said(ResultSet row) throws SQLException {
        String key = String.valueOf(row.getString("event_key"));
        String source = row.getString("source");
        OffsetDateTime at = row.getObject("occurred_at", OffsetDateTime.class);
        return new Said(
                EventKeys.reason(key),
                source == null ? Source.CATCH_UP : Statement.source(source),
                at == null ? Instant.EPOCH : at.toInstant(),
                row.getObject("mautic_contact_id", Long.class),
                key);
    }

    /** With the customer of each event, found in the same order of precedence as for a new event. */
    private static String matched(Handle handle, CustomerFinder customers, String condition) {
        return """
                select u.event_id, u.email, u.effect_due, g.event_type, g.event_key, g.source, g.occurred_at,
                       g.mautic_contact_id, who.customer_id
                  from mautic_sync.pending_event u
                  join public.customer_email_engagement g on g.id = u.event_id
                  left join %s p on p.%s = cast(u.customer_ref as uuid)
                  left join (select holder.address, min(holder.customer_id::text)::uuid as customer_id
                               from (%s) holder
                              where holder.address in (select %s from mautic_sync.pending_event w)
                              group by holder.address having count(*) = 1) a on a.address = %s
                 cross join lateral (select coalesce(
                                       g.customer_id, (select st.customer_id from public.mautic_sync_status st
                                         where st.mautic_contact_id = g.mautic_contact_id
                                           and g.instance = mautic_sync.current_instance()
                                         order by st.customer_id limit 1),
                                       p.%s, a.customer_id) as customer_id) who
                 where who.customer_id is not null and %s
                """.formatted(
                        customers.profiles(),
                        customers.profileId(),
                        customers.addresses(handle),
                        EmailAddress.sql("w.email"),
                        EmailAddress.sql("u.email"),
                        customers.profileId(),
                        condition);
    }

    /** The CRM rejected the changes of these events. */
    void waitForCrm(Handle handle, Set<UUID> rejected) {
        handle.createUpdate("update mautic_sync.pending_event set waiting_for = 'crm' where event_id = any(:rejected)")
                .bindArray("rejected", UUID.class, rejected.toArray())
                .execute();
    }

    void remove(Handle handle, List<UUID> events) {
        handle.createUpdate("delete from mautic_sync.pending_event where event_id = any(:events)")
                .bindArray("events", UUID.class, events.toArray())
                .execute();
    }

    /**
     * A pending event whose customer was found.
     *
     * @param email the address that the event named, or null
     * @param said what it says, if that is still to be stated or counted
     */
    record Pending(
            UUID event,
            CustomerId customer,
            String type,
            @Nullable String email,
            Optional<Said> said) {}
}
