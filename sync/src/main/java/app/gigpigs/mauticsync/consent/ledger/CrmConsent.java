package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.OwnChange;
import app.gigpigs.mauticsync.db.RowRejection;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;

/** Writes opt-outs into the CRM, and never an opt-in. */
public final class CrmConsent {
    private final CrmNames names;

    public CrmConsent(CrmNames names) {
        this.names = names;
    }

    /**
     * The outcome of the opt-outs.
     *
     * @param optedOut how many customers were opted in before
     * @param rejected customers whose change a trigger or a constraint of the CRM rejects: it is still to be made
     */
    public record Recorded(int optedOut, Set<CustomerId> rejected) {}

    /**
     * Opts customers out of marketing, in the caller's transaction; customers who are opted out already are not written.
     * A change that the CRM rejects does not hold up the others.
     */
    public Recorded record(Handle handle, Collection<CustomerId> customers) {
        Recorded all = attempt(handle, customers);
        if (all.rejected().size() < 2) {
            return all;
        }
        int optedOut = 0;
        Set<CustomerId> rejected = new HashSet<>();
        // In the order in which Postgres would lock them, so that two processes never wait for each other.
        List<CustomerId> inOrder = customers.stream().distinct().sorted().toList();
        for (CustomerId customer : inOrder) {
            Recorded one = attempt(handle, List.of(customer));
            optedOut += one.optedOut();
            rejected.addAll(one.rejected());
        }
        return new Recorded(optedOut, rejected);
    }

    private Recorded attempt(Handle handle, Collection<CustomerId> customers) {
        AtomicInteger optedOut = new AtomicInteger();
        return RowRejection.attempt(handle, () -> optedOut.set(write(handle, customers)))
                        .isPresent()
                ? new Recorded(0, Set.copyOf(customers))
                : new Recorded(optedOut.get(), Set.of());
    }

    private int write(Handle handle, Collection<CustomerId> customers) {
        OwnChange.in(handle);
        return handle.createUpdate("""
                        update <profiles> p set <opt_in> = false
                          from (select x.<id> from <profiles> x where x.<id> = any(:customers) and x.<opt_in> is distinct from false
                                 order by x.<id> for no key update) locked
                         where p.<id> = locked.<id>
                        """)
                .define("profiles", names.profiles().table().sql())
                .define("opt_in", ColumnName.quoted(names.profiles().optIn()))
                .define("id", ColumnName.quoted(names.profiles().id()))
                .bindArray("customers", CustomerId.class, customers.toArray())
                .execute();
    }
}
