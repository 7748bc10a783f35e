package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * What an erasure leaves of statements: a keyed hash of the address, the reason and the times. Who has the key and the
 * address finds them again. Works in the caller's transaction.
 */
public final class ErasedStatements {
    private final CustomerEmails emails;

    public ErasedStatements(CrmNames names) {
        this.emails = new CustomerEmails(names);
    }

    /**
     * Nulls what names the person. Of these customers' other addresses, one that a different customer has stays: its
     * opt-out is that customer's, too.
     *
     * @return how many rows were changed
     */
    public int forget(Handle handle, String email, Set<CustomerId> customers, HashKey key) {
        List<String> addresses = ofPerson(handle, email, customers);
        Map<String, Set<CustomerId>> holders = emails.holders(handle, addresses);
        List<String> erased = addresses.stream()
                .filter(one -> one.equals(email) || customers.containsAll(holders.getOrDefault(one, Set.of())))
                .toList();
        return handle.createUpdate("""
                        update mautic_sync.consent_ledger l
                           set address = case when h.hash is null then l.address end, address_hash = coalesce(h.hash, l.address_hash),
                               customer_id = null, mautic_contact_id = null, event_key = null, note = null,
                               ended_note = null, last_error = null
                          from mautic_sync.consent_ledger x
                          left join unnest(:addresses, :hashes) as h (address, hash) on h.address = x.address
                         where l.id = x.id and (h.hash is not null or x.customer_id = any(:customers))
                        """)
                .bind("addresses", erased.toArray(String[]::new))
                .bind("hashes", erased.stream().map(key::email).toArray(String[]::new))
                .bindArray("customers", CustomerId.class, customers.toArray())
                .execute();
    }

    private static List<String> ofPerson(Handle handle, String email, Set<CustomerId> customers) {
        return handle.createQuery("""
                        select distinct address from mautic_sync.consent_ledger
                         where address is not null and (address = :email or customer_id = any(:customers))
                        """)
                .bind("email", email)
                .bindArray("customers", CustomerId.class, customers.toArray())
                .mapTo(String.class)
                .list();
    }

    /** How many {@link #giveBack} would find. */
    public int count(Handle handle, String email, Set<CustomerId> customers, HashKey key) {
        return handle.createQuery(
                        "select count(*)::int from mautic_sync.consent_ledger where address_hash = any(:hashes)")
                .bind(
                        "hashes",
                        addresses(handle, email, customers).stream()
                                .map(key::email)
                                .toArray(String[]::new))
                .mapTo(Integer.class)
                .one();
    }

    /**
     * Gives back the address, and those that these customers have now: what was said before the erasure counts again, and
     * is delivered again. The event of a statement is not known any more; its own number takes the place.
     *
     * @return how many statements have their address again
     */
    public int giveBack(Handle handle, String email, Set<CustomerId> customers, HashKey key) {
        List<String> addresses = addresses(handle, email, customers);
        return handle.createUpdate("""
                        update mautic_sync.consent_ledger l
                           set address = h.address, address_hash = null, event_key = 'erased:' || l.id,
                               mautic_state = 'pending', attempts = 0, next_attempt_at = now()
                          from unnest(:addresses, :hashes) as h (address, hash)
                         where l.address_hash = h.hash
                        """)
                .bind("addresses", addresses.toArray(String[]::new))
                .bind("hashes", addresses.stream().map(key::email).toArray(String[]::new))
                .execute();
    }

    private List<String> addresses(Handle handle, String email, Set<CustomerId> customers) {
        List<String> addresses = new ArrayList<>(
                handle.createQuery("select distinct h.address from (<holders>) h where h.customer_id = any(:customers)")
                        .define("holders", emails.sql(handle))
                        .bindArray("customers", CustomerId.class, customers.toArray())
                        .mapTo(String.class)
                        .list());
        addresses.remove(email);
        addresses.add(email);
        return addresses;
    }
}
