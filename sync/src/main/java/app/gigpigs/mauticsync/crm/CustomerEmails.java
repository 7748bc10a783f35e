package app.gigpigs.mauticsync.crm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which of the CRM's customers have an address, in the view or in the table of addresses. Thread-safe. */
public final class CustomerEmails {
    private final CrmNames names;
    private volatile boolean tableSeen;
    private volatile boolean validitySeen;
    private volatile @Nullable Boolean profilesSeen;

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
        handle.createQuery(
                        "select v.<id> as customer_id, <address> as address from <view> v where <address> = any(:emails)")
                .define("id", ColumnName.quoted(names.person().id()))
                .define(
                        "address",
                        EmailAddress.sql("v." + ColumnName.quoted(names.person().email())))
                .define("view", names.view().sql())
                .bind("emails", emails.toArray(String[]::new))
                .map((row, context) -> mailed.computeIfAbsent(row.getString("address"), first -> new HashSet<>())
                        .add(new CustomerId(row.getString("customer_id"))))
                .list();
        return mailed;
    }

    /** A query of customer_id and address, without repetitions; fit to be joined with. */
    public String sql(Handle handle) {
        String view = "select v.%s as customer_id, %s as address from %s v where v.%s is not null"
                .formatted(id(), viewAddress(), names.view().sql(), viewEmail());
        String tables = rows(handle);
        return tables.isEmpty()
                ? view
                : view + " union select t.customer_id, t.address from (" + tables + ") t where t.address is not null";
    }

    /**
     * A query of customer_id, address and opt_in of all customers as the CRM's tables have them, whether the view shows
     * them or not; empty where no table has addresses.
     */
    public String rows(Handle handle) {
        List<String> tables = new ArrayList<>();
        String profileId = "p." + ColumnName.quoted(names.profiles().id());
        String optIn = "p." + ColumnName.quoted(names.profiles().optIn());
        if (inTable(handle)) {
            tables.add("select %s as customer_id, %s as address, %s as opt_in from %s e join %s p on %s = e.%s"
                    .formatted(
                            profileId,
                            EmailAddress.sql(
                                    "e." + ColumnName.quoted(names.emails().email())),
                            optIn,
                            names.emails().table().sql(),
                            names.profiles().table().sql(),
                            profileId,
                            ColumnName.quoted(names.emails().customer())));
        }
        if (inProfiles(handle)) {
            tables.add("select %s as customer_id, %s as address, %s as opt_in from %s p"
                    .formatted(
                            profileId,
                            EmailAddress.sql("p." + viewEmail()),
                            optIn,
                            names.profiles().table().sql()));
        }
        return String.join(" union all ", tables);
    }

    private String id() {
        return ColumnName.quoted(names.person().id());
    }

    private String viewEmail() {
        return ColumnName.quoted(names.person().email());
    }

    private String viewAddress() {
        return EmailAddress.sql("v." + viewEmail());
    }

    /** Whether the profiles have a column of the name that the view's address has: then it is the view's source. */
    private boolean inProfiles(Handle handle) {
        if (profilesSeen == null) {
            profilesSeen = handle.createQuery("""
                            select exists (select from pg_catalog.pg_attribute
                                            where attrelid = to_regclass(:name) and attname = :email and not attisdropped
                                              and has_column_privilege(attrelid, attnum, 'select'))
                            """)
                    .bind("name", names.profiles().table().sql())
                    .bind("email", names.person().email())
                    .mapTo(Boolean.class)
                    .one();
        }
        return profilesSeen;
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
        String view = "select v.%s as customer_id, %s as address from %s v where v.%s %s and v.%s is not null"
                .formatted(
                        id(),
                        viewAddress(),
                        names.view().sql(),
                        ColumnName.quoted(names.person().optIn()),
                        optIn.condition,
                        viewEmail());
        String tables = rows(handle);
        return tables.isEmpty()
                ? view
                : view + " union select t.customer_id, t.address from (" + tables + ") t where t.opt_in "
                        + optIn.condition + " and t.address is not null";
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
