package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * What passes between the customers of the CRM and the ledger: an opt-out in the CRM becomes a statement about the
 * address, and a statement that was made elsewhere opts out the customers who have the address. Works in the caller's
 * transaction. Thread-safe.
 */
public final class CrmStatements {
    private final CrmNames names;
    private final CustomerEmails emails;
    private final CrmConsent consent;

    public CrmStatements(CrmNames names) {
        this.names = names;
        this.emails = new CustomerEmails(names);
        this.consent = new CrmConsent(names);
    }

    /**
     * Records the opt-outs of all customers. One whose address has an opt-out in force already is only its echo: an
     * unsubscribe in Mautic opted the customer out.
     *
     * @param erased finds those about whom nothing may be stored
     * @return how many are new
     */
    public int record(Handle handle, Erased erased) {
        return record(handle, erased, emails.saying(handle, CustomerEmails.OptIn.NO), Map.of());
    }

    /**
     * Records opt-outs that were just seen at these addresses, before Mautic is told. The CRM may say otherwise by now;
     * without a statement, nobody would know why the contact is not mailed.
     */
    public void recordSeen(Handle handle, Erased erased, Collection<String> addresses) {
        String here = " h where h.address = any(:addresses)";
        List<String> open = withoutOptOut(handle, addresses);
        for (String source : List.of(emails.saying(handle, CustomerEmails.OptIn.NO), emails.sql(handle))) {
            if (!open.isEmpty()) {
                Map<String, Object> bound = Map.of("addresses", open.toArray(String[]::new));
                record(handle, erased, "select h.customer_id, h.address from (" + source + ")" + here, bound);
                open = withoutOptOut(handle, open);
            }
        }
    }

    private static List<String> withoutOptOut(Handle handle, Collection<String> addresses) {
        return handle.createQuery("""
                        select a.address from unnest(:addresses) as a (address)
                         where not exists (select from mautic_sync.consent_ledger l
                                            where l.address = a.address and l.ended_at is null
                                              and l.reason not in ('bounced', 'customer_deleted'))
                        """)
                .bind("addresses", addresses.toArray(String[]::new))
                .mapTo(String.class)
                .list();
    }

    /** Which of these opt-outs are of people who were erased; the CRM may have them still. */
    @FunctionalInterface
    public interface Erased {
        Set<OptedOut> among(Handle handle, Collection<OptedOut> recorded);
    }

    /** An opt-out that was just recorded. */
    public record OptedOut(long statement, String address, CustomerId customer) {}

    private static int record(Handle handle, Erased erased, String optedOut, Map<String, Object> bound) {
        List<OptedOut> recorded = insert(handle, optedOut, bound);
        Set<OptedOut> notToBeStored = erased.among(handle, recorded);
        handle.createUpdate("delete from mautic_sync.consent_ledger where id = any(:ids)")
                .bindArray(
                        "ids",
                        Long.class,
                        notToBeStored.stream().map(OptedOut::statement).toArray())
                .execute();
        return recorded.size() - notToBeStored.size();
    }

    private static List<OptedOut> insert(Handle handle, String optedOut, Map<String, Object> bound) {
        return handle.createQuery("""
                        insert into mautic_sync.consent_ledger (address, reason, source, said_at, customer_id, crm_state)
                        select distinct on (h.address) h.address, 'crm', 'crm', now(), h.customer_id, 'done'
                          from (<opted_out>) h
                         where h.address <> ''
                           and not exists (select from mautic_sync.consent_ledger l
                                            where l.address = h.address and l.ended_at is null
                                              and l.reason not in ('bounced', 'customer_deleted'))
                         order by h.address, h.customer_id
                        on conflict do nothing
                        returning id, address, customer_id
                        """)
                .define("opted_out", optedOut)
                .bindMap(bound)
                .map((row, context) -> new OptedOut(
                        row.getLong("id"), row.getString("address"), new CustomerId(row.getString("customer_id"))))
                .list();
    }

    /**
     * Opts out the customers who have one of these addresses, or are named by a statement about one, as far as the CRM did
     * not take a statement over before. A statement about an address without a customer waits for a customer.
     *
     * @return what became of it
     */
    public TakenOver takeOver(Handle handle, Collection<String> addresses) {
        Map<String, Set<CustomerId>> open = new LinkedHashMap<>();
        handle.createQuery("""
                        select address, customer_id from mautic_sync.consent_ledger
                         where address = any(:addresses) and ended_at is null and crm_state in ('pending', 'rejected')
                         order by address
                        """)
                .bind("addresses", addresses.toArray(String[]::new))
                .map((row, context) -> {
                    Set<CustomerId> customers =
                            open.computeIfAbsent(row.getString("address"), first -> new LinkedHashSet<>());
                    String named = row.getString("customer_id");
                    return named == null || customers.add(new CustomerId(named));
                })
                .list();
        if (open.isEmpty()) {
            return new TakenOver(0, Set.of());
        }
        emails.holders(handle, open.keySet())
                .forEach((address, holders) -> open.computeIfAbsent(address, first -> new LinkedHashSet<>())
                        .addAll(holders));
        Set<CustomerId> all = open.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        Set<CustomerId> there = there(handle, all);
        CrmConsent.Recorded recorded = consent.record(handle, there);
        mark(handle, open, there, recorded.rejected());
        return new TakenOver(recorded.optedOut(), recorded.rejected());
    }

    /**
     * What the CRM made of statements.
     *
     * @param optedOut how many customers were opted in before
     * @param rejected customers whose opt-out a trigger or a constraint of the CRM rejects; it is tried again
     */
    public record TakenOver(int optedOut, Set<CustomerId> rejected) {}

    private static void mark(
            Handle handle, Map<String, Set<CustomerId>> open, Set<CustomerId> there, Set<CustomerId> rejected) {
        Map<String, String> states = new HashMap<>();
        open.forEach((address, customers) -> {
            if (customers.stream().anyMatch(rejected::contains)) {
                states.put(address, "rejected");
            } else if (customers.stream().anyMatch(there::contains)) {
                states.put(address, "done");
            }
        });
        List<String> addresses = states.keySet().stream().sorted().toList();
        handle.createUpdate("""
                        update mautic_sync.consent_ledger l set crm_state = s.state
                          from unnest(:addresses, :states) as s (address, state)
                         where l.address = s.address and l.ended_at is null and l.crm_state in ('pending', 'rejected')
                        """)
                .bind("addresses", addresses.toArray(String[]::new))
                .bind("states", addresses.stream().map(states::get).toArray(String[]::new))
                .execute();
    }

    /** Addresses whose statement the CRM rejected or could not take over yet, and that a customer has now. */
    public List<String> due(Handle handle) {
        return handle.createQuery("""
                        select l.address from mautic_sync.consent_ledger l
                         where l.ended_at is null and l.crm_state = 'rejected' and l.address is not null
                         union
                        select l.address from mautic_sync.consent_ledger l join (<holders>) h on h.address = l.address
                         where l.ended_at is null and l.crm_state = 'pending'
                        """)
                .define("holders", emails.sql(handle))
                .mapTo(String.class)
                .list();
    }

    /**
     * Opt-outs in force that the CRM said or had taken over, while by now a customer with the address opted in and none
     * is opted out.
     */
    public List<Long> contradicted(Handle handle) {
        return contradicting(handle, "done");
    }

    private List<Long> contradicting(Handle handle, String state) {
        return handle.createQuery("""
                        with mine as materialized (
                          select id, address from mautic_sync.consent_ledger
                           where ended_at is null and crm_state = :state and address is not null
                        ), yes as (
                          select distinct y.address from (<opted_in_rows>) y where y.address in (select address from mine)
                        ), no as (
                          select distinct n.address from (<opted_out>) n where n.address in (select address from mine)
                        )
                        select m.id from mine m
                         where m.address in (select address from yes) and m.address not in (select address from no)
                        """)
                .define("opted_in_rows", emails.saying(handle, CustomerEmails.OptIn.YES))
                .define("opted_out", emails.saying(handle, CustomerEmails.OptIn.NO))
                .bind("state", state)
                .mapTo(Long.class)
                .list();
    }

    /** Marks the opt-outs in force that the CRM contradicts by now, and those that it does not any more. */
    public void markContradicted(Handle handle) {
        List<Long> now = contradicting(handle, "done");
        List<Long> still = contradicting(handle, "contradicted");
        handle.createUpdate("""
                        update mautic_sync.consent_ledger
                           set crm_state = case when id = any(:now) then 'contradicted' else 'done' end
                         where ended_at is null
                           and (id = any(:now) or (crm_state = 'contradicted' and not id = any(:still)))
                        """)
                .bindArray("now", Long.class, now.toArray())
                .bindArray("still", Long.class, still.toArray())
                .execute();
    }

    private Set<CustomerId> there(Handle handle, Set<CustomerId> customers) {
        return handle.createQuery("select p.<id> from <profiles> p where p.<id> = any(:customers)")
                .define("profiles", names.profiles().table().sql())
                .define("id", ColumnName.quoted(names.profiles().id()))
                .bindArray("customers", CustomerId.class, customers.toArray())
                .mapTo(CustomerId.class)
                .set();
    }
}
