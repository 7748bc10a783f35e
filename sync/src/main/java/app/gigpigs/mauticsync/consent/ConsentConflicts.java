package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * Customers who are opted in in the CRM while Mautic does not mail them: they opted out before, or their mails bounced.
 * Only a person can decide whether the entry in Mautic may be removed.
 */
public final class ConsentConflicts {
    private final Jdbi jdbi;
    private final CrmNames names;

    public ConsentConflicts(Jdbi jdbi, CrmNames names) {
        this.jdbi = jdbi;
        this.names = names;
    }

    /** How many there are. */
    public int count() {
        return jdbi.withHandle(handle -> handle.createQuery("select count(*)::int" + FROM)
                .define("profiles", names.profiles().table().sql())
                .define("id", ColumnName.quoted(names.profiles().id()))
                .define("synced", EmailAddress.sql("st.synced_email"))
                .define("opt_in", ColumnName.quoted(names.profiles().optIn()))
                .mapTo(Integer.class)
                .one());
    }

    /** The first of them, by customer. */
    public List<ConsentConflict> list(int most) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select st.customer_id, st.mautic_contact_id, st.do_not_contact_reason" + FROM
                                + " order by st.customer_id limit :most")
                .define("profiles", names.profiles().table().sql())
                .define("id", ColumnName.quoted(names.profiles().id()))
                .define("synced", EmailAddress.sql("st.synced_email"))
                .define("opt_in", ColumnName.quoted(names.profiles().optIn()))
                .bind("most", most)
                .map((row, context) -> new ConsentConflict(
                        new CustomerId(row.getString("customer_id")),
                        row.getLong("mautic_contact_id"),
                        row.getInt("do_not_contact_reason")))
                .list());
    }

    /** A customer that was sent as opted out because of the CRM is left out: both sides agree. */
    private static final String FROM = """
             from public.mautic_sync_status st join <profiles> p on p.<id> = st.customer_id
             where st.state = 'synced' and st.do_not_contact_reason is not null and p.<opt_in>
               and (st.synced_consent = 'mailable'
                    or exists (select from mautic_sync.consent_ledger l
                                where l.address = <synced> and l.ended_at is null and l.crm_state = 'contradicted'))
            """;

    /**
     * One of them.
     *
     * @param reason 1 unsubscribed, 2 bounced, 3 set by hand or by us
     */
    public record ConsentConflict(CustomerId customer, long contact, int reason) {}
}
