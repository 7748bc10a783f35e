package app.gigpigs.mauticsync.crm;

/**
 * What the CRM calls the relations that the sync reads and writes. The defaults are the original design's.
 *
 * @param view the customers as they should be in Mautic
 * @param profiles one row a customer
 * @param emails the e-mail addresses of customers
 */
public record CrmNames(Relation view, Profiles profiles, Emails emails) {
    public static final CrmNames DEFAULT = new CrmNames(
            Relation.parse("public.customers_crm_v"),
            new Profiles(Relation.parse("public.customer_profiles"), "id", "marketing_opt_in"),
            new Emails(Relation.parse("public.customer_emails"), "customer_id", "email", "bounce_count", "is_valid"));

    /**
     * The table of customers.
     *
     * @param id its primary key, a uuid
     * @param optIn the consent to marketing, a boolean; an unsubscribe sets it to false
     */
    public record Profiles(Relation table, String id, String optIn) {
        public Profiles {
            Column.check(id);
            Column.check(optIn);
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
            Column.check(customer);
            Column.check(email);
            Column.check(bounces);
            Column.check(valid);
        }
    }
}
