package app.gigpigs.mauticsync.crm;

import org.jspecify.annotations.Nullable;

/**
 * What the CRM calls the relations that the sync reads and writes. The defaults are the original design's.
 *
 * @param view the customers as they should be in Mautic
 * @param person which of the view's columns say who it is
 * @param profiles one row a customer
 * @param emails the e-mail addresses of customers
 */
public record CrmNames(Relation view, Person person, Profiles profiles, Emails emails) {
    public static final CrmNames DEFAULT = new CrmNames(
            Relation.parse("public.customers_crm_v"),
            new Profiles(Relation.parse("public.customer_profiles"), "id", "marketing_opt_in"),
            new Emails(Relation.parse("public.customer_emails"), "customer_id", "email", "bounce_count", "is_valid"));

    /** A view whose columns are called as in the original design. */
    public CrmNames(Relation view, Profiles profiles, Emails emails) {
        this(view, new Person("id", "email", "marketing_opt_in"), profiles, emails);
    }

    /** The same with a view that calls the id, the address and the consent otherwise. */
    public CrmNames with(Person columns) {
        return new CrmNames(view, columns, profiles, emails);
    }

    /**
     * Columns of the view.
     *
     * @param id the customer's id, a uuid
     * @param email the address that the customer's mails go to
     * @param optIn the consent to marketing, as the view shows it
     */
    public record Person(String id, String email, String optIn) {
        public Person {
            ColumnName.check(id);
            ColumnName.check(email);
            ColumnName.check(optIn);
        }
    }

    /**
     * The table of customers.
     *
     * @param id its primary key, a uuid
     * @param optIn the consent to marketing, a boolean; an unsubscribe sets it to false
     * @param optInTime when consent was given, a time; null where the CRM has no such column
     */
    public record Profiles(
            Relation table,
            String id,
            String optIn,
            @Nullable String optInTime) {
        public Profiles {
            ColumnName.check(id);
            ColumnName.check(optIn);
            if (optInTime != null) {
                ColumnName.check(optInTime);
            }
        }

        /** Without a time of consent. */
        public Profiles(Relation table, String id, String optIn) {
            this(table, id, optIn, null);
        }
    }

    /**
     * The table of e-mail addresses.
     *
     * @param customer the customer it belongs to
     * @param email the address
     * @param bounces how often it bounced, an integer
     * @param valid whether it may still be mailed, a boolean; the last bounce that is too much sets it to false
     */
    public record Emails(Relation table, String customer, String email, String bounces, String valid) {
        public Emails {
            ColumnName.check(customer);
            ColumnName.check(email);
            ColumnName.check(bounces);
            ColumnName.check(valid);
        }
    }
}
