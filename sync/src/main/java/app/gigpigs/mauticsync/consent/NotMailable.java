package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** How many people are not mailed, by reason: everybody, by both sides. Reads only. */
public final class NotMailable {
    /** Below the limit of bounces nothing stands against the address, but Mautic mails nobody after the first one. */
    static final String BOUNCED_IN_MAUTIC = "bounced_in_mautic";

    private static final String ONLY_IN_MAUTIC = "do_not_contact_in_mautic";

    private final Jdbi jdbi;
    private final CrmNames names;
    private final AddressConsent consents;

    public NotMailable(Jdbi jdbi, CrmNames names, ConsentRule rule) {
        this.jdbi = jdbi;
        this.names = names;
        this.consents = new AddressConsent(names, rule);
    }

    /** Counts them. */
    public Counts count() {
        Map<String, Integer> customers = new LinkedHashMap<>();
        int[] others = new int[1];
        jdbi.useHandle(handle -> handle.createQuery("""
                        with source as materialized (
                          select v.<id> as customer_id, <email_key> as email_key, v.<opt_in> as opt_in
                            from <view> v where v.<email> is not null
                        ), said as materialized (
                          select address, array_agg(reason) as reasons from (<every_reason>) every group by address
                        ), yes as materialized (
                          <every_opt_in>
                        ), decided as (
                          select s.customer_id,
                                 case when d.address is null and s.opt_in then null
                                      else mautic_sync.consent(d.reasons, s.opt_in or y.address is not null,
                                                               s.opt_in is null and y.address is null and <missing_is_no>)
                                 end as consent
                            from source s
                            left join said d on d.address = s.email_key
                            left join yes y on y.address = s.email_key
                        ), shown as (
                          select coalesce(d.consent, case st.do_not_contact_reason when 2 then :bounced else :other end) as reason
                            from decided d
                            left join public.mautic_sync_status st on st.customer_id = d.customer_id and st.state = 'synced'
                           where d.consent is not null or st.do_not_contact_reason is not null
                        )
                        select reason, count(*)::int as n from shown group by reason
                        union all
                        select 'ledger', count(distinct l.address)::int from mautic_sync.consent_ledger l
                         where l.ended_at is null and l.address is not null
                           and l.address not in (select email_key from source)
                         order by 2 desc, 1
                        """)
                .define("id", ColumnName.quoted(names.person().id()))
                .define("email", ColumnName.quoted(names.person().email()))
                .define("opt_in", ColumnName.quoted(names.person().optIn()))
                .define(
                        "email_key",
                        EmailAddress.sql("v." + ColumnName.quoted(names.person().email())))
                .define("view", names.view().sql())
                .define("every_reason", consents.everyReason(handle))
                .define("every_opt_in", consents.everyOptIn(handle))
                .define("missing_is_no", consents.missingIsNo())
                .bind("bounced", BOUNCED_IN_MAUTIC)
                .bind("other", ONLY_IN_MAUTIC)
                .map((row, context) -> Map.entry(row.getString("reason"), row.getInt("n")))
                .forEach(row -> {
                    if (row.getKey().equals("ledger")) {
                        others[0] = row.getValue();
                    } else {
                        customers.put(row.getKey(), row.getValue());
                    }
                }));
        return new Counts(customers, others[0]);
    }

    /**
     * Everybody who is not mailed.
     *
     * @param customers of the view, by reason, the most frequent first; everybody counts once
     * @param addressesOfNobody addresses of the ledger that no customer of the view has
     */
    public record Counts(Map<String, Integer> customers, int addressesOfNobody) {
        public int total() {
            return customers.values().stream().mapToInt(Integer::intValue).sum();
        }
    }
}
