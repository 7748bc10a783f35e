package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.instance.InstanceTable;
import app.gigpigs.mauticsync.outbound.diff.Change.Linked;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The table mautic_sync.deleted_customer: customers that the CRM deleted, written by a trigger, processed here. A contact
 * that belongs to another customer by now is not touched.
 */
public final class Tombstones implements PersonalDataTable, InstanceTable {
    private static final String OF_PERSON = "t.customer_id = any(:customers) or t.mautic_contact_id = any(:contacts)";

    private final Jdbi jdbi;
    private final CrmNames.Profiles profiles;

    public Tombstones(Jdbi jdbi, CrmNames.Profiles profiles) {
        this.jdbi = jdbi;
        this.profiles = profiles;
    }

    /** How many deleted customers have a contact that has not left our segments yet. */
    public int waiting() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select count(*)::int from mautic_sync.deleted_customer t
                         where t.state = 'pending' and t.mautic_contact_id is not null
                           and not exists (select from <profiles> p where p.<profile_id> = t.customer_id)
                           and not exists (select from public.mautic_sync_status st
                                            where st.mautic_contact_id = t.mautic_contact_id)
                        """)
                .define("profiles", profiles.table().sql())
                .define("profile_id", ColumnName.quoted(profiles.id()))
                .mapTo(Integer.class)
                .one());
    }

    /**
     * Deletes at most this many that are done with and older than this.
     *
     * @return how many
     */
    public static int prune(Handle handle, Duration keep, int most) {
        return handle.createUpdate("""
                        delete from mautic_sync.deleted_customer t
                         using (select customer_id from mautic_sync.deleted_customer
                                 where state = 'done' and deleted_at < now() - make_interval(secs => :keep)
                                 order by deleted_at limit :most) old
                         where t.customer_id = old.customer_id
                        """)
                .bind("keep", (double) keep.toSeconds())
                .bind("most", most)
                .execute();
    }

    /** Those whose contacts have not left our segments yet. */
    public List<Tombstone> open() {
        jdbi.useHandle(handle -> handle.createUpdate("""
                update mautic_sync.deleted_customer t set state = 'done'
                 where t.state = 'pending'
                   and (exists (select from <profiles> p where p.<profile_id> = t.customer_id)
                        or exists (select from public.mautic_sync_status st
                                    where st.mautic_contact_id = t.mautic_contact_id))
                """)
                .define("profiles", profiles.table().sql())
                .define("profile_id", ColumnName.quoted(profiles.id()))
                .execute());
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select customer_id, mautic_contact_id, synced_segments from mautic_sync.deleted_customer
                         where state = 'pending' order by deleted_at, customer_id
                        """)
                .map((row, context) -> {
                    Integer contactId = row.getObject("mautic_contact_id", Integer.class);
                    return new Tombstone(
                            new CustomerId(row.getString("customer_id")),
                            new Linked(
                                    contactId == null ? null : contactId.longValue(),
                                    CustomerReader.strings(row, "synced_segments"),
                                    contactId == null));
                })
                .list());
    }

    /** Its contact is out of our segments. */
    public void close(Tombstone tombstone) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "update mautic_sync.deleted_customer set state = 'done' where customer_id = :id")
                .bind("id", tombstone.customer())
                .execute());
    }

    /** Deleted customers are looked up again by their own id, as the others are. */
    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("""
                update mautic_sync.deleted_customer
                   set mautic_contact_id = null, synced_segments = '{}', state = 'pending'
                """);
    }

    @Override
    public String table() {
        return "mautic_sync.deleted_customer";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("delete from mautic_sync.deleted_customer t where " + OF_PERSON))
                .execute();
    }

    /** A customer that the CRM deleted, and what it left in Mautic. */
    public record Tombstone(CustomerId customer, Linked linked) {}
}
