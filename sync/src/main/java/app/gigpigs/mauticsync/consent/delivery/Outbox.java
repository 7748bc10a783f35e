package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.CustomerIdType;
import app.gigpigs.mauticsync.instance.InstanceTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
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

    /** Done with; nothing of them is kept. */
    void done(Handle handle, Collection<Long> entries) {
        handle.createUpdate("delete from mautic_sync.outbox where id = any(:ids)")
                .bindArray("ids", Long.class, entries.toArray())
                .execute();
    }

    /** Tried again later, with growing pauses up to ten minutes. */
    void failed(Handle handle, Collection<Long> entries, String error) {
        handle.createUpdate("""
                        update mautic_sync.outbox
                           set last_error = :error,
                               next_attempt_at = now() + least(interval '10 minutes', interval '5 seconds' * power(2, least(attempts, 8)))
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

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("""
                        delete from mautic_sync.outbox
                         where address = :email or customer_id = any(:customers) or mautic_contact_id = any(:contacts)
                        """)).execute();
    }

    /** Contacts that the other Mautic lost; every statement is delivered to the new one anyway. */
    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("delete from mautic_sync.outbox where kind = 'lost_contact'");
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
     * @param kind customer: its consent or address changed in the CRM; address; lost_contact
     */
    record Entry(
            long id,
            String kind,
            @Nullable CustomerId customer,
            @Nullable String address,
            @Nullable Long contact) {}
}
