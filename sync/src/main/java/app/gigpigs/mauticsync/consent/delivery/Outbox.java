package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.CustomerIdType;
import app.gigpigs.mauticsync.instance.InstanceTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The table mautic_sync.outbox: what has to be looked at in Mautic at once, without waiting for a run. Triggers of the
 * CRM's tables write customers whose consent or address changed; the inbound journey writes addresses and lost contacts.
 * Works in the caller's transaction. Thread-safe.
 */
public final class Outbox implements PersonalDataTable, InstanceTable {
    /** Has the do-not-contact entries of every contact with these addresses looked at. */
    public void addresses(Handle handle, Collection<String> addresses) {
        handle.createUpdate("""
                        insert into mautic_sync.outbox (kind, address)
                        select 'address', a.address from unnest(cast(:addresses as text[])) as a (address)
                         where not exists (select from mautic_sync.outbox o
                                            where o.state = 'pending' and o.kind = 'address' and o.address = a.address
                                              and o.attempts = 0)
                        """)
                .bind("addresses", addresses.toArray(String[]::new))
                .execute();
    }

    /** Has a contact looked at whose address is not known. */
    public void contact(Handle handle, long contact) {
        add(handle, "contact", contact);
    }

    /** Has it looked up in Mautic whether this contact opted out, as an event says that is not believed by its word alone. */
    public void optOut(Handle handle, long contact) {
        add(handle, "opt_out", contact);
    }

    private static void add(Handle handle, String kind, long contact) {
        handle.createUpdate("""
                        insert into mautic_sync.outbox (kind, mautic_contact_id)
                        select :kind, :contact
                         where not exists (select from mautic_sync.outbox o
                                            where o.state = 'pending' and o.kind = :kind
                                              and o.mautic_contact_id = :contact and o.attempts = 0)
                        """).bind("kind", kind).bind("contact", contact).execute();
    }

    /** A contact of this customer was deleted, or merged into another that may be mailed. */
    public void lostContact(Handle handle, long contact, @Nullable CustomerId customer, @Nullable String address) {
        handle.createUpdate("""
                        insert into mautic_sync.outbox (kind, mautic_contact_id, customer_id, address)
                        values ('lost_contact', :contact, cast(:customer as uuid), :address)
                        """)
                .bind("contact", contact)
                .bind("customer", customer == null ? null : customer.value())
                .bind("address", address)
                .execute();
    }

    /**
     * The entries whose turn it is, the oldest first. They are taken for a minute: another process leaves them alone, and
     * takes them itself after that, should this one be killed.
     */
    List<Entry> take(Handle handle, int most) {
        return handle.createQuery("""
                        update mautic_sync.outbox o
                           set next_attempt_at = now() + interval '1 minute', attempts = o.attempts + 1
                          from (select id from mautic_sync.outbox
                                 where state = 'pending' and next_attempt_at <= now()
                                 order by id limit :most for update skip locked) due
                         where o.id = due.id
                        returning o.id, o.kind, o.customer_id, o.address, o.mautic_contact_id
                        """)
                .bind("most", most)
                .map((row, context) -> entry(row))
                .list();
    }

    /** How long those of them have been waiting that were taken for the first time. */
    List<Duration> waited(Handle handle, Collection<Long> entries) {
        return handle.createQuery("""
                        select (extract(epoch from clock_timestamp() - created_at) * 1000)::bigint
                          from mautic_sync.outbox where id = any(:ids) and attempts = 1
                        """)
                .bind("ids", entries.toArray(Long[]::new))
                .mapTo(Long.class)
                .map(Duration::ofMillis)
                .list();
    }

    /**
     * Done with, unless a run may be writing the customer's contact from what it read before: such an entry is looked at
     * again. Of customers the entry is kept for a while, because it counts towards the limit; nothing is kept of others.
     */
    void done(Handle handle, Collection<Long> entries) {
        Long[] ids = entries.toArray(Long[]::new);
        handle.createUpdate("""
                        with looked_at as (
                          select o.id, o.kind, o.attempts, st.in_flight_until > now() as in_flight,
                                 exists (select from mautic_sync.lease l
                                          where l.name = 'outbound' and l.expires_at > now()) as run
                            from mautic_sync.outbox o
                            left join public.mautic_sync_status st on o.kind = 'customer' and st.customer_id = o.customer_id
                           where o.id = any(:ids)
                        )
                        update mautic_sync.outbox o
                           set state = case when l.in_flight or l.run and l.attempts <= 1 then 'pending' else 'done' end,
                               next_attempt_at = now() + case when l.in_flight then interval '3 seconds' else interval '20 seconds' end
                          from looked_at l where l.id = o.id and l.kind = 'customer'
                        """).bindArray("ids", Long.class, (Object[]) ids).execute();
        handle.createUpdate("""
                        delete from mautic_sync.outbox
                         where id = any(:ids) and (kind <> 'customer' or own_change and state = 'done')
                        """).bindArray("ids", Long.class, (Object[]) ids).execute();
    }

    /** Deletes what counts towards the limit no longer. */
    void prune(Handle handle) {
        handle.execute(
                "delete from mautic_sync.outbox where state = 'done' and created_at < now() - interval '15 minutes'");
    }

    /** Markers of more changes than the safety limit lets pass at once; a run decides about those. */
    public Set<Long> overflows(Handle handle) {
        return handle.createQuery("select id from mautic_sync.outbox where kind = 'overflow'")
                .mapTo(Long.class)
                .set();
    }

    /** A run that began after these markers passed the safety limit. */
    public void clear(Handle handle, Set<Long> overflows) {
        handle.createUpdate("delete from mautic_sync.outbox where kind = 'overflow' and id = any(:ids)")
                .bindArray("ids", Long.class, overflows.toArray())
                .execute();
    }

    /**
     * Tells the triggers what they need of the settings.
     *
     * @param customers how many may change within 15 minutes without a run
     * @param bounces at this many bounces an address is invalid
     */
    public void limit(Handle handle, int customers, int bounces) {
        handle.createUpdate("""
                        insert into mautic_sync.outbox_limit (customers, bounces) values (:customers, :bounces)
                        on conflict (only_row) do update set customers = excluded.customers, bounces = excluded.bounces
                        """)
                .bind("customers", customers)
                .bind("bounces", bounces)
                .execute();
    }

    /** Tried again later, with growing pauses up to a minute. */
    void failed(Handle handle, Collection<Long> entries, String error) {
        handle.createUpdate("""
                        update mautic_sync.outbox
                           set last_error = :error,
                               next_attempt_at = now() + least(interval '1 minute', interval '3 seconds' * power(2, least(attempts, 5)))
                         where id = any(:ids)
                        """)
                .bindArray("ids", Long.class, entries.toArray())
                .bind("error", error)
                .execute();
    }

    @Override
    public String table() {
        return "mautic_sync.outbox";
    }

    /** Erasing sets do-not-contact itself, so nothing is left to deliver. */
    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        person.bind(handle.createUpdate("delete from mautic_sync.opt_in where customer_id = any(:customers)"))
                .execute();
        return person.bind(handle.createUpdate("""
                        delete from mautic_sync.outbox
                         where address = :email or customer_id = any(:customers) or mautic_contact_id = any(:contacts)
                        """)).execute();
    }

    /** Contacts that the Mautic instance before lost; every statement is delivered to the new one anyway. */
    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("delete from mautic_sync.outbox where mautic_contact_id is not null");
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("id"),
                row.getString("kind"),
                CustomerIdType.orNull(row.getString("customer_id")),
                row.getString("address"),
                row.getObject("mautic_contact_id", Long.class));
    }

    /**
     * One entry.
     *
     * @param kind customer: its consent or address changed in the CRM; address; contact; lost_contact
     */
    record Entry(
            long id,
            String kind,
            @Nullable CustomerId customer,
            @Nullable String address,
            @Nullable Long contact) {}
}
