package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.engagement.CrmAccess;
import app.gigpigs.mauticsync.inbound.engagement.Resend;
import app.gigpigs.mauticsync.mautic.StatsApi;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Finds customers who opted out in the CRM while Mautic has no do-not-contact entry for their contact any more: it was
 * removed, and the webhook about it was lost. Mautic would mail them. The next run sends these customers again, which
 * adds the entry. Both sides are read in the order of contact ids, one range at a time.
 */
final class DoNotContactAudit {
    private final Jdbi jdbi;
    private final CrmNames names;
    private final Resend resend;
    private final StatsApi stats;
    private final CatchUpCounts counts;

    DoNotContactAudit(Jdbi jdbi, CrmAccess crm, StatsApi stats, CatchUpCounts counts) {
        this.jdbi = jdbi;
        this.names = crm.names();
        this.resend = crm.resend();
        this.stats = stats;
        this.counts = counts;
    }

    /**
     * A range of contact ids.
     *
     * @param upTo the last id
     * @param missing customers whose contact has no entry
     */
    record Range(long upTo, List<CustomerId> missing) {}

    /** The range after this contact with about this number of opted-out customers; empty when there are no more. */
    Optional<Range> after(long contact, int size) {
        Map<CustomerId, Long> optedOut = optedOut(contact, size);
        if (optedOut.isEmpty()) {
            return Optional.empty();
        }
        long last = optedOut.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        Set<Long> entries = entries(contact, last, size);
        List<CustomerId> missing = new ArrayList<>();
        optedOut.forEach((customer, theirs) -> {
            if (!entries.contains(theirs)) {
                missing.add(customer);
            }
        });
        return Optional.of(new Range(last, missing));
    }

    /** Requests the resend and moves the cursor, in one transaction. */
    void resend(Range range, Consumer<Handle> advance) {
        counts.missingDoNotContact(jdbi.inTransaction(handle -> {
            int marked = range.missing().isEmpty() ? 0 : resend.all(handle, range.missing());
            advance.accept(handle);
            return marked;
        }));
    }

    /** Customers who opted out, or who share their address with a customer who did; with their contacts. */
    private Map<CustomerId, Long> optedOut(long after, int size) {
        Map<CustomerId, Long> contacts = new LinkedHashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select st.customer_id, st.mautic_contact_id
                          from public.mautic_sync_status st join <profiles> p on p.<id> = st.customer_id
                         where st.state = 'synced' and st.sync_hash is not null and st.resend_reason is null
                           and st.mautic_contact_id > :after
                           and (p.<opt_in> is false or st.synced_opted_out)
                         order by st.mautic_contact_id fetch first :size rows with ties
                        """)
                .define("profiles", names.profiles().table().sql())
                .define("id", ColumnName.quoted(names.profiles().id()))
                .define("opt_in", ColumnName.quoted(names.profiles().optIn()))
                .bind("after", after)
                .bind("size", size)
                .map((row, context) ->
                        contacts.put(new CustomerId(row.getString("customer_id")), row.getLong("mautic_contact_id")))
                .list());
        return contacts;
    }

    /** The contacts with an entry in a range of ids. */
    private Set<Long> entries(long after, long upTo, int page) {
        Set<Long> contacts = new HashSet<>();
        long from = after;
        boolean more = true;
        while (more) {
            List<Row> rows = stats.rows(Select.from("lead_donotcontact")
                    .where("channel", "eq", "email")
                    .where("lead_id", "gt", from)
                    .where("lead_id", "lte", upTo)
                    .by("lead_id")
                    .limit(page));
            for (Row row : rows) {
                Long contact = row.number("lead_id");
                if (contact != null) {
                    from = Math.max(from, contact);
                    // Some Mautic versions keep rows with reason 0. Mautic mails those contacts (mautic#9076).
                    if (row.number("reason") != null) {
                        contacts.add(contact);
                    }
                }
            }
            more = rows.size() >= page && from < upTo;
        }
        return contacts;
    }
}
