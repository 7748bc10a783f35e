package app.gigpigs.mauticsync.crm;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Which of the CRM's customers have an address, in the view or in the table of addresses. Thread-safe. */
public final class CustomerEmails {
    private final CrmNames names;
    private volatile boolean tableSeen;

    public CustomerEmails(CrmNames names) {
        this.names = names;
    }

    /** Address to its customers; an address that nobody has is missing. */
    public Map<String, Set<CustomerId>> holders(Handle handle, Collection<String> emails) {
        Map<String, Set<CustomerId>> holders = new HashMap<>();
        handle.createQuery("select h.customer_id, h.address from (" + sql(handle)
                        + ") h where h.address = any(:emails) and h.customer_id is not null")
                .bind("emails", emails.toArray(String[]::new))
                .map((row, context) -> holders.computeIfAbsent(row.getString("address"), first -> new HashSet<>())
                        .add(new CustomerId(row.getString("customer_id"))))
                .list();
        return holders;
    }

    /** A query of customer_id and address, without repetitions; fit to be joined with. */
    public String sql(Handle handle) {
        String known = "v." + ColumnName.quoted(names.person().email());
        String view = "select v.%s as customer_id, %s as address from %s v where %s is not null"
                .formatted(
                        ColumnName.quoted(names.person().id()),
                        EmailSql.same(known),
                        names.view().sql(),
                        known);
        if (!inTable(handle)) {
            return view;
        }
        String customer = ColumnName.quoted(names.emails().customer());
        String email = "e." + ColumnName.quoted(names.emails().email());
        return view
                + " union select e.%s, %s from %s e where %s is not null and e.%s is not null"
                        .formatted(
                                customer,
                                EmailSql.same(email),
                                names.emails().table().sql(),
                                email,
                                customer);
    }

    /** Whether the CRM has a table of addresses. */
    public boolean inTable(Handle handle) {
        if (!tableSeen) {
            tableSeen = handle.createQuery("select to_regclass(:name) is not null")
                    .bind("name", names.emails().table().sql())
                    .mapTo(Boolean.class)
                    .one();
        }
        return tableSeen;
    }
}
