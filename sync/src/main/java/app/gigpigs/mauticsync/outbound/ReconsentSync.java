package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ConsentSettings.Reconsent;
import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.DoNotContact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Customers who opted in again in the CRM. Their do-not-contact entry in Mautic is removed only if it is certainly ours:
 * reason 3, our comment, and no mail was ever sent to the contact. A person who got a mail may have used its unsubscribe
 * link, which leaves our entry as it is (seen on 5.1.0); so the entry may also be the person's own opt-out.
 */
final class ReconsentSync {
    private static final int AT_ONCE = 200;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final SyncStatus status;
    private final Mapping mapping;

    ReconsentSync(Jdbi jdbi, Mautic mautic, SyncStatus status, Mapping mapping) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.status = status;
        this.mapping = mapping;
    }

    /** Looks at the customers that this run has sent; the others were looked at by the run that sent their opt-in. */
    void apply(UUID run, Reconsent policy) {
        if (policy == Reconsent.KEEP) {
            return;
        }
        Map<Long, CustomerId> candidates = candidates(run);
        List<Long> contacts = List.copyOf(candidates.keySet());
        for (int from = 0; from < contacts.size(); from += AT_ONCE) {
            List<Long> some = contacts.subList(from, Math.min(contacts.size(), from + AT_ONCE));
            for (Contact contact : mautic.contacts().withIds(some)) {
                CustomerId customer = candidates.get(contact.id());
                if (customer != null
                        && onlyOurs(contact, customer)
                        && !mautic.contacts().everMailed(contact.id())) {
                    mautic.contacts().removeDoNotContact(contact.id());
                    status.doNotContactRemoved(customer);
                }
            }
        }
    }

    private static boolean onlyOurs(Contact contact, CustomerId customer) {
        List<DoNotContact> entries = contact.doNotContact().stream()
                .filter(entry -> entry.channel().equals("email"))
                .toList();
        return !entries.isEmpty()
                && customer.toString().equalsIgnoreCase(contact.text(FieldMap.SUPABASE_ID))
                && entries.stream()
                        .allMatch(entry -> entry.reason() == 3
                                && DoNotContactComment.DO_NOT_CONTACT_COMMENT.equals(entry.comments()));
    }

    private Map<Long, CustomerId> candidates(UUID run) {
        Map<Long, CustomerId> candidates = new LinkedHashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select st.mautic_contact_id, st.customer_id
                          from public.mautic_sync_status st
                          join public.mautic_sync_logs r on r.id = :run and st.last_synced_at >= r.run_started_at
                          join <view> v on v.<id> = st.customer_id and v.<opt_in>
                         where st.state = 'synced' and st.do_not_contact_reason = 3 and not st.synced_opted_out
                         order by 1
                        """)
                .define("view", mapping.crm().view().sql())
                .define("id", ColumnName.quoted(mapping.fields().column(FieldMap.SUPABASE_ID)))
                .define("opt_in", ColumnName.quoted(mapping.fields().column(FieldMap.MARKETING_OPT_IN)))
                .bind("run", run)
                .map((row, context) ->
                        candidates.put(row.getLong("mautic_contact_id"), new CustomerId(row.getString("customer_id"))))
                .list());
        return candidates;
    }
}
