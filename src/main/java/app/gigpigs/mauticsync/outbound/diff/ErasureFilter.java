package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.diff.Change.Linked;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.Change.Skip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Turns the pushes of erased people into skips. Their hashes can be compared here only, with the key; so the few that
 * the diff leaves open are, and the million that did not change are not.
 */
final class ErasureFilter {
    private static final int AT_ONCE = 2_000;

    private final Jdbi jdbi;
    private final Mapping mapping;
    private final ErasureRegister erased;

    ErasureFilter(Jdbi jdbi, Mapping mapping, ErasureRegister erased) {
        this.jdbi = jdbi;
        this.mapping = mapping;
        this.erased = erased;
    }

    /** The changes as they are to be worked off. */
    ChangeSet withoutThem(ChangeSet changes) {
        if (jdbi.withHandle(erased::nobody)) {
            return changes;
        }
        Set<UUID> out = new HashSet<>();
        List<Push> pushes = changes.pushes();
        for (int from = 0; from < pushes.size(); from += AT_ONCE) {
            List<Push> some = pushes.subList(from, Math.min(pushes.size(), from + AT_ONCE));
            Map<UUID, String> addresses =
                    addresses(some.stream().map(Push::customer).toList());
            out.addAll(jdbi.withHandle(handle -> erased.among(handle, addresses)));
        }
        return out.isEmpty() ? changes : changes.skipping(out, news(out));
    }

    /** The addresses that customers have in the CRM now. */
    Map<UUID, String> addresses(Collection<UUID> customers) {
        Map<UUID, String> addresses = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(
                        "select v.<id> as id, v.<email>::text as email from <view> v where v.<id> = any(:ids) and v.<email> is not null")
                .define("id", ColumnName.quoted(mapping.fields().column(FieldMap.SUPABASE_ID)))
                .define("email", ColumnName.quoted(mapping.fields().column("email")))
                .define("view", mapping.crm().view().sql())
                .bind("ids", customers.toArray(UUID[]::new))
                .map((row, context) -> addresses.put(row.getObject("id", UUID.class), row.getString("email")))
                .list());
        return addresses;
    }

    /** Those of whom it is not on record yet. */
    private List<Skip> news(Set<UUID> out) {
        Map<UUID, Linked> linked = new HashMap<>();
        Set<UUID> recorded = new HashSet<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select customer_id, mautic_contact_id, synced_segments, in_flight_until is not null as interrupted,
                               state = 'skipped' and coalesce(sync_error, '') = :reason
                               and in_flight_until is null as recorded
                          from public.mautic_sync_status where customer_id = any(:ids)
                        """)
                .bind("reason", ErasureRegister.REASON)
                .bind("ids", out.toArray(UUID[]::new))
                .map((row, context) -> {
                    UUID id = row.getObject("customer_id", UUID.class);
                    Integer contact = row.getObject("mautic_contact_id", Integer.class);
                    if (row.getBoolean("recorded")) {
                        recorded.add(id);
                    }
                    // Whoever must be forgotten must not be mailed either, should its contact be there under another
                    // address.
                    return linked.put(
                            id,
                            new Linked(
                                    contact == null ? null : contact.longValue(),
                                    CustomerReader.strings(row, "synced_segments"),
                                    row.getBoolean("interrupted"),
                                    true));
                })
                .list());
        List<Skip> news = new ArrayList<>();
        for (UUID customer : out) {
            if (!recorded.contains(customer)) {
                Linked left = linked.getOrDefault(customer, new Linked(null, List.of(), false, true));
                news.add(new Skip(customer, left, ErasureRegister.REASON));
            }
        }
        return news;
    }
}
