package app.gigpigs.mauticsync.consent.suppression;

import app.gigpigs.mauticsync.consent.suppression.list.SuppressionList;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/** How many customers a list would opt out who are not opted out yet. Writes nothing. */
public final class ImportImpact {
    /** Each query reads the whole view of the CRM. */
    private static final int AT_ONCE = 10_000;

    private final Jdbi jdbi;
    private final CrmNames names;

    public ImportImpact(Jdbi jdbi, CrmNames names) {
        this.jdbi = jdbi;
        this.names = names;
    }

    /**
     * The numbers.
     *
     * @param optsOut a customer with several addresses far apart on a long list counts more than once
     * @param customers all that the CRM has
     */
    public record Count(long optsOut, long customers) {}

    public Count of(SuppressionList list) throws IOException {
        Set<String> chunk = new HashSet<>();
        long[] optsOut = {0};
        list.entries(
                entry -> {
                    chunk.add(entry.email());
                    if (chunk.size() == AT_ONCE) {
                        optsOut[0] += optedIn(chunk);
                        chunk.clear();
                    }
                },
                line -> {});
        return new Count(optsOut[0] + optedIn(chunk), jdbi.withHandle(this::customers));
    }

    private long optedIn(Collection<String> emails) {
        if (emails.isEmpty()) {
            return 0;
        }
        return jdbi.withHandle(handle -> {
            Set<CustomerId> customers = new HashSet<>();
            new CustomerEmails(names).holders(handle, emails).values().forEach(customers::addAll);
            return defined(handle.createQuery("""
                            select count(*) from <profiles> where <id> = any(:customers) and <opt_in> is distinct from false
                            """))
                    .bindArray("customers", CustomerId.class, customers.toArray())
                    .mapTo(Long.class)
                    .one();
        });
    }

    private long customers(Handle handle) {
        return defined(handle.createQuery("select count(*) from <profiles>"))
                .mapTo(Long.class)
                .one();
    }

    private Query defined(Query query) {
        return query.define("profiles", names.profiles().table().sql())
                .define("opt_in", ColumnName.quoted(names.profiles().optIn()))
                .define("id", ColumnName.quoted(names.profiles().id()));
    }
}
