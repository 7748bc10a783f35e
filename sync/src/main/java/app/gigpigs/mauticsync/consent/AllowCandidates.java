package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger.Entry;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerEmails.OptIn;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The addresses that an operator wants to be mailed again, and what speaks against each. Reads only. */
public final class AllowCandidates {
    private final CrmNames names;
    private final CustomerEmails emails;
    private final ConsentLedger ledger = new ConsentLedger();

    public AllowCandidates(CrmNames names) {
        this.names = names;
        this.emails = new CustomerEmails(names);
    }

    public List<AllowCandidate> of(Handle handle, Selection selection) {
        List<String> addresses = selection instanceof Selection.Said said
                ? addresses(handle, said)
                : ((Selection.Addresses) selection).addresses();
        Map<String, List<CustomerId>> optedOut = optedOut(handle, addresses);
        Set<String> invalid = invalid(handle, addresses);
        Set<String> bounced = bouncedInMautic(handle, addresses);
        return addresses.stream()
                .map(address -> new AllowCandidate(
                        address,
                        ledger.inForce(handle, address).stream()
                                .collect(Collectors.partitioningBy(entry -> selected(selection, entry))),
                        optedOut.getOrDefault(address, List.of()),
                        new AllowCandidate.Bounces(invalid.contains(address), bounced.contains(address)),
                        selection))
                .toList();
    }

    private static boolean selected(Selection selection, Entry entry) {
        return !(selection instanceof Selection.Said said)
                || (entry.reason() == said.reason()
                        && !entry.saidAt().isBefore(said.from())
                        && entry.saidAt().isBefore(said.until()));
    }

    /** Of bounces also those that made no statement: Mautic mails nobody after the first. */
    private static List<String> addresses(Handle handle, Selection.Said said) {
        return handle.createQuery("""
                        select l.address from mautic_sync.consent_ledger l
                         where l.ended_at is null and l.address is not null and l.reason = :reason
                           and l.said_at >= :from and l.said_at < :until
                        union
                        select <synced> from public.mautic_sync_status st
                          join public.customer_email_engagement g on g.customer_id = st.customer_id
                         where :reason = 'bounced' and st.do_not_contact_reason = 2 and st.synced_email is not null
                           and g.event_type = 'bounce' and g.occurred_at >= :from and g.occurred_at < :until
                         order by 1
                        """)
                .define("synced", EmailAddress.sql("st.synced_email"))
                .bind("reason", said.reason().code())
                .bind("from", Timestamp.from(said.from()))
                .bind("until", Timestamp.from(said.until()))
                .mapTo(String.class)
                .list();
    }

    private Map<String, List<CustomerId>> optedOut(Handle handle, List<String> addresses) {
        return handle.createQuery(
                        "select n.address, n.customer_id from (<no>) n where n.address = any(:addresses) order by 2")
                .define("no", emails.saying(handle, OptIn.NO))
                .bind("addresses", addresses.toArray(String[]::new))
                .map((row, context) ->
                        Map.entry(row.getString("address"), new CustomerId(row.getString("customer_id"))))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    private Set<String> invalid(Handle handle, List<String> addresses) {
        if (!emails.knowsValidity(handle)) {
            return Set.of();
        }
        Query query = handle.createQuery(
                        "select <address> from <emails> e where <address> = any(:addresses) and (e.<valid> is false or e.<bounces> > 0)")
                .define("emails", names.emails().table().sql())
                .define(
                        "address",
                        EmailAddress.sql("e." + ColumnName.quoted(names.emails().email())))
                .define("valid", ColumnName.quoted(names.emails().valid()))
                .define("bounces", ColumnName.quoted(names.emails().bounces()));
        return query.bind("addresses", addresses.toArray(String[]::new))
                .mapTo(String.class)
                .set();
    }

    private static Set<String> bouncedInMautic(Handle handle, List<String> addresses) {
        return handle.createQuery("""
                        select <synced> from public.mautic_sync_status st
                         where <synced> = any(:addresses) and st.do_not_contact_reason = 2
                        """)
                .define("synced", EmailAddress.sql("st.synced_email"))
                .bind("addresses", addresses.toArray(String[]::new))
                .mapTo(String.class)
                .set();
    }
}
