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
    private volatile boolean validitySeen;

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

    /** Address to the customers whose mails go to it, by the view alone. */
    public Map<String, Set<CustomerId>> mailedAt(Handle handle, Collection<String> emails) {
        Map<String, Set<CustomerId>> mailed = new HashMap<>();
        handle.createQuery("select v.<id> as customer_id, <address> as address from <view> v where <address> = any(:emails)")
                .define("id", ColumnName.quoted(names.person().id()))
                .define("address", EmailAddress.sql("v." + ColumnName.quoted(names.person().email())))
                .define("view", names.view().sql())
                .bind("emails", emails.toArray(String[]::new))
                .map((row, context) -> mailed.computeIfAbsent(row.getString("address"), first -> new HashSet<>())
                        .add(new CustomerId(row.getString("customer_id"))))
                .list();
        return mailed;
    }

    /** A query of customer_id and address, without repetitions; fit to be joined with. */
    public String sql(Handle handle) {
        String known = "v." + ColumnName.quoted(names.person().email());
        String view = "select v.%s as customer_id, %s as address from %s v where %s is not null"
                .formatted(
                        ColumnName.quoted(names.person().id()),
                        EmailAddress.sql(known),
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
                                EmailAddress.sql(email),
                                names.emails().table().sql(),
                                email,
                                customer);
    }

    /** What customers say about mails. */
    public enum OptIn {
        YES("is true"),
        NO("is false");

        private final String condition;

        OptIn(String condition) {
            this.condition = condition;
        }
    }

    /**
     * A query of customer_id and address of the customers who say so: in the view, or in the CRM's tables whether the view
     * shows them or not.
     */
    public String saying(Handle handle, OptIn optIn) {
        String view = "select v.%1$s as customer_id, %2$s as address from %3$s v where v.%4$s %5$s and v.%6$s is not null"
                .formatted(
                        ColumnName.quoted(names.person().id()),
                        EmailAddress.sql("v." + ColumnName.quoted(names.person().email())),
                        names.view().sql(),
                        ColumnName.quoted(names.person().optIn()),
                        optIn.condition,
                        ColumnName.quoted(names.person().email()));
        if (!inTable(handle)) {
            return view;
        }
        String email = "e." + ColumnName.quoted(names.emails().email());
        return view
                + " union select p.%1$s, %2$s from %3$s e join %4$s p on p.%1$s = e.%5$s where p.%6$s %7$s and %8$s is not null"
                        .formatted(
                                ColumnName.quoted(names.profiles().id()),
                                EmailAddress.sql(email),
                                names.emails().table().sql(),
                                names.profiles().table().sql(),
                                ColumnName.quoted(names.emails().customer()),
                                ColumnName.quoted(names.profiles().optIn()),
                                optIn.condition,
                                email);
    }

    /** Whether that table knows of each address whether it is valid; {@code migrate} adds the columns. */
    public boolean knowsValidity(Handle handle) {
        if (!validitySeen) {
            validitySeen = handle.createQuery("""
                            select count(*) = 2 from pg_catalog.pg_attribute
                             where attrelid = to_regclass(:name) and attname in (:valid, :bounces) and not attisdropped
                            """)
                    .bind("name", names.emails().table().sql())
                    .bind("valid", names.emails().valid())
                    .bind("bounces", names.emails().bounces())
                    .mapTo(Boolean.class)
                    .one();
        }
        return validitySeen;
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
