package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The table mautic_sync.suppressed: hashes of the addresses of imported blocklists that no customer had, until one appears.
 * A general ledger of every opt-out is not there yet. Thread-safe.
 */
public final class ConsentLedger {
    private final Jdbi jdbi;
    private final HashKeyStore key;
    private final CrmConsent optOuts;

    public ConsentLedger(Jdbi jdbi, CrmNames names, Optional<HashKey> key) {
        this.jdbi = jdbi;
        this.key = new HashKeyStore(key);
        this.optOuts = new CrmConsent(names);
    }

    /** Whether any address waits for its customer. */
    public boolean pending() {
        return jdbi.withHandle(handle -> handle.createQuery("select exists (select from mautic_sync.suppressed)")
                .mapTo(Boolean.class)
                .one());
    }

    /**
     * Opts out, in the CRM and once, those of these customers whose address was imported; a later opt-in in the CRM
     * counts. To be called before they are read for sending, so that their contact never lacks the opt-out.
     *
     * @return those customers: the view may not show their opt-out before the CRM refreshes it
     */
    public Set<CustomerId> optOut(Map<CustomerId, String> addresses) {
        return jdbi.inTransaction(handle -> {
            Optional<HashKey> used = key.ifUsed(handle);
            if (used.isEmpty() || addresses.isEmpty()) {
                return Set.of();
            }
            HashKey mine = used.get();
            Set<String> appeared = handle.createQuery(
                            "select hash from mautic_sync.suppressed where hash = any(:hashes) for update")
                    .bind("hashes", addresses.values().stream().map(mine::email).toArray(String[]::new))
                    .mapTo(String.class)
                    .set();
            Set<CustomerId> customers = new HashSet<>();
            addresses.forEach((customer, address) -> {
                if (appeared.contains(mine.email(address))) {
                    customers.add(customer);
                }
            });
            Set<String> stay = new HashSet<>();
            if (!customers.isEmpty()) {
                // If the CRM rejects it, the opt-out is sent all the same; the hash stays, so that the next run tries
                // again.
                optOuts.record(handle, customers)
                        .rejected()
                        .forEach(customer -> stay.add(mine.email(String.valueOf(addresses.get(customer)))));
            }
            forget(
                    handle,
                    appeared.stream().filter(hash -> !stay.contains(hash)).toList());
            return customers;
        });
    }

    /** Those of these addresses that wait for a customer. */
    public List<OptOut> among(Collection<String> addresses) {
        return jdbi.withHandle(handle -> {
            Optional<HashKey> used = key.ifUsed(handle);
            if (used.isEmpty()) {
                return List.of();
            }
            Map<String, String> byHash = new HashMap<>();
            addresses.forEach(address -> byHash.put(used.get().email(address), address));
            return handle.createQuery("select hash, reason from mautic_sync.suppressed where hash = any(:hashes)")
                    .bind("hashes", byHash.keySet().toArray(String[]::new))
                    .map((row, context) -> new OptOut(
                            String.valueOf(byHash.get(row.getString("hash"))),
                            OptOut.Reason.valueOf(row.getString("reason").toUpperCase(Locale.ROOT))))
                    .list();
        });
    }

    private static void forget(Handle handle, Collection<String> hashes) {
        handle.createUpdate("delete from mautic_sync.suppressed where hash = any(:hashes)")
                .bind("hashes", hashes.toArray(String[]::new))
                .execute();
    }

    /** Stores addresses for later; existing ones stay. Returns how many are new. */
    public int keep(Handle handle, List<OptOut> suppressions) {
        HashKey mine = key.required(handle);
        return handle.createUpdate("""
                        insert into mautic_sync.suppressed (hash, reason)
                        select * from unnest(cast(:hashes as text[]), cast(:reasons as text[])) on conflict do nothing
                        """)
                .bind(
                        "hashes",
                        suppressions.stream()
                                .map(one -> mine.email(one.email()))
                                .toArray(String[]::new))
                .bind(
                        "reasons",
                        suppressions.stream()
                                .map(one -> one.reason().name().toLowerCase(Locale.ROOT))
                                .toArray(String[]::new))
                .execute();
    }
}
