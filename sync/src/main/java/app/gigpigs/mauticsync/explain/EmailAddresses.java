package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** A customer's addresses in the CRM's table of e-mail addresses: how often they bounced, and whether they are valid. */
public final class EmailAddresses {
    private final Jdbi jdbi;
    private final CrmNames.Emails names;

    EmailAddresses(Jdbi jdbi, CrmNames.Emails names) {
        this.jdbi = jdbi;
        this.names = names;
    }

    /** Empty where the CRM has no such table. */
    List<Mailbox> of(CustomerId customer) {
        return jdbi.withHandle(handle -> {
            boolean there = handle.createQuery("select to_regclass(:name) is not null")
                    .bind("name", names.table().sql())
                    .mapTo(Boolean.class)
                    .one();
            return there
                    ? handle.createQuery("""
                                    select e.<email> as email, coalesce(e.<bounces>, 0) as bounces, e.<valid> as valid
                                      from <emails> e where e.<customer> = :customer order by 1
                                    """)
                            .define("emails", names.table().sql())
                            .define("email", ColumnName.quoted(names.email()))
                            .define("bounces", ColumnName.quoted(names.bounces()))
                            .define("valid", ColumnName.quoted(names.valid()))
                            .define("customer", ColumnName.quoted(names.customer()))
                            .bind("customer", customer)
                            .map((row, context) -> new Mailbox(
                                    row.getString("email"),
                                    row.getInt("bounces"),
                                    row.getObject("valid", Boolean.class)))
                            .list()
                    : List.of();
        });
    }

    /**
     * One address.
     *
     * @param bounces how many e-mails bounced
     * @param valid false when there were too many; null when the CRM has no value
     */
    public record Mailbox(
            @Nullable String email, int bounces, @Nullable Boolean valid) {
        /** As one line of text. */
        public String message() {
            return email + ": " + (bounces == 0 ? "no bounces" : bounces == 1 ? "1 bounce" : bounces + " bounces")
                    + (Boolean.FALSE.equals(valid) ? ", flagged as invalid: must not be mailed" : "");
        }
    }
}
