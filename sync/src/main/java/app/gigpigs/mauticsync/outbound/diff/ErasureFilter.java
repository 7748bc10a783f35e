package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.Change.Linked;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.Change.Skip;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/**
 * Turns the pushes of erased people into skips. Their hashes can be compared only here, with the key; so only the few
 * customers to be pushed are compared, and not the million that did not change.
 */
final class ErasureFilter {
    private static final int AT_ONCE = 2_000;

    private final Jdbi jdbi;
    private final CustomerReader source;
    private final ErasureRegister erased;

    ErasureFilter(Jdbi jdbi, CustomerReader source, ErasureRegister erased) {
        this.jdbi = jdbi;
        this.source = source;
        this.erased = erased;
    }

    /** The same changes with erased people skipped. */
    ChangeSet withoutErased(ChangeSet changes) {
        if (jdbi.withHandle(erased::nobody)) {
            return changes;
        }
        Set<CustomerId> out = new HashSet<>();
        List<Push> pushes = changes.pushes();
        for (int from = 0; from < pushes.size(); from += AT_ONCE) {
            List<Push> some = pushes.subList(from, Math.min(pushes.size(), from + AT_ONCE));
            Map<CustomerId, String> addresses =
                    source.addresses(some.stream().map(Push::customer).toList());
            out.addAll(jdbi.withHandle(handle -> erased.among(handle, addresses)));
        }
        return out.isEmpty() ? changes : changes.skipping(out, newlySkipped(out));
    }

    /** Those that are not recorded as skipped for this reason yet. */
    private List<Skip> newlySkipped(Set<CustomerId> out) {
        Map<CustomerId, Linked> linked = new HashMap<>();
        Set<CustomerId> recorded = new HashSet<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select customer_id, mautic_contact_id, synced_segments, in_flight_until is not null or not membership_known as interrupted,
                               coalesce(skip_reason = 'erased', false) and in_flight_until is null as recorded
                          from public.mautic_sync_status where customer_id = any(:ids)
                        """)
                .bind("ids", out.toArray(CustomerId[]::new))
                .map((row, context) -> {
                    CustomerId id = new CustomerId(row.getString("customer_id"));
                    if (row.getBoolean("recorded")) {
                        recorded.add(id);
                    }
                    return linked.put(id, linked(row));
                })
                .list());
        List<Skip> skips = new ArrayList<>();
        for (CustomerId customer : out) {
            if (!recorded.contains(customer)) {
                Linked left = linked.getOrDefault(customer, new Linked(null, List.of(), false));
                skips.add(new Skip(customer, left, SkipReason.ERASED, null));
            }
        }
        return skips;
    }

    private static Linked linked(ResultSet row) throws SQLException {
        Integer contact = row.getObject("mautic_contact_id", Integer.class);
        return new Linked(
                contact == null ? null : contact.longValue(),
                CustomerReader.strings(row, "synced_segments"),
                row.getBoolean("interrupted"));
    }
}
