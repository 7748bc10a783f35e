package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.inbound.engagement.CrmAccess;
import app.gigpigs.mauticsync.inbound.engagement.Resend;
import app.gigpigs.mauticsync.mapping.Customer;
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
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Customers who say no in the CRM while Mautic has no do-not-contact entry for their contact any more: somebody took it
 * away, and the webhook that told of it was lost. Mautic would mail them. Who is found is sent again by the next run,
 * which puts the entry back. Both sides are read in the order of contacts, a stretch at a time.
 */
final class DoNotContactAudit {
    private final Jdbi jdbi;
    private final CrmNames names;
    private final Resend resend;
    private final StatsApi stats;
    private final CatchUpReport.Count count;

    DoNotContactAudit(Jdbi jdbi, CrmAccess crm, StatsApi stats, CatchUpReport.Count count) {
        this.jdbi = jdbi;
        this.names = crm.names();
        this.resend = crm.resend();
        this.stats = stats;
        this.count = count;
    }

    /**
     * Some contacts in a row.
     *
     * @param upTo the last of them
     * @param lost customers whose contact has no entry
     */
    record Stretch(long upTo, List<UUID> lost) {}

    /** The stretch after this contact, of about so many customers who say no; empty when there is none. */
    Optional<Stretch> after(long contact, int size) {
        Map<UUID, Long> sayingNo = sayingNo(contact, size);
        if (sayingNo.isEmpty()) {
            return Optional.empty();
        }
        long last = sayingNo.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        Set<Long> entries = entries(contact, last, size);
        List<UUID> missing = new ArrayList<>();
        sayingNo.forEach((customer, theirs) -> {
            if (!entries.contains(theirs)) {
                missing.add(customer);
            }
        });
        return Optional.of(new Stretch(last, missing));
    }

    /** With the cursor, in one transaction. */
    void resend(Stretch stretch, Consumer<Handle> advance) {
        count.missingDoNotContact(jdbi.inTransaction(handle -> {
            int marked = stretch.lost().isEmpty() ? 0 : resend.all(handle, stretch.lost());
            advance.accept(handle);
            return marked;
        }));
    }

    /** Or in whose name somebody else with the same address says no. */
    private Map<UUID, Long> sayingNo(long after, int size) {
        Map<UUID, Long> contacts = new LinkedHashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select st.customer_id, st.mautic_contact_id
                          from public.mautic_sync_status st join <profiles> p on p.<id> = st.customer_id
                         where st.state = 'synced' and st.sync_hash is not null and st.mautic_contact_id > :after
                           and (p.<opt_in> is false or st.sync_hash like '%' || :shared)
                         order by st.mautic_contact_id fetch first :size rows with ties
                        """)
                .define("profiles", names.profiles().table().sql())
                .define("id", ColumnName.quoted(names.profiles().id()))
                .define("opt_in", ColumnName.quoted(names.profiles().optIn()))
                .bind("shared", Customer.SHARED_OPT_OUT)
                .bind("after", after)
                .bind("size", size)
                .map((row, context) ->
                        contacts.put(row.getObject("customer_id", UUID.class), row.getLong("mautic_contact_id")))
                .list());
        return contacts;
    }

    /** Contacts with an entry, after one and up to another. */
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
                    // Some Mautics keep rows of reason 0, which keep nobody from being mailed (mautic#9076).
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
