package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.outbound.diff.Change.Linked;
import app.gigpigs.mauticsync.outbound.diff.Change.Move;
import app.gigpigs.mauticsync.outbound.diff.Change.OptOutOrigin;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.Change.Removed;
import app.gigpigs.mauticsync.outbound.diff.Change.Skip;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one diff found.
 *
 * @param pushes to be sent
 * @param skips newly skipped
 * @param removed no longer in the view
 * @param unchanged nothing to do
 * @param stillSkipped skipped before for the same reason
 * @param waiting refused before; their pause is not over
 * @param inFlight a write may still be running
 */
public record ChangeSet(
        List<Push> pushes,
        List<Skip> skips,
        List<Removed> removed,
        int unchanged,
        int stillSkipped,
        int waiting,
        int inFlight) {

    /** How many customers the view has. */
    public int customers() {
        return pushes.size() + skips.size() + unchanged + stillSkipped + waiting + inFlight;
    }

    /** The same with the first so many pushes only. */
    public ChangeSet first(int most) {
        return pushing(pushes.subList(0, Math.min(most, pushes.size())));
    }

    /** The same with those of the pushes that are of these customers. */
    public ChangeSet of(Set<UUID> customers) {
        return pushing(PushList.where(pushes, push -> customers.contains(push.customer())));
    }

    /** The same without the pushes of those customers; of some of them it is news that they are skipped. */
    ChangeSet skipping(Set<UUID> customers, List<Skip> news) {
        List<Skip> more = new ArrayList<>(skips);
        more.addAll(news);
        List<Push> rest = PushList.where(pushes, push -> !customers.contains(push.customer()));
        int still = stillSkipped + customers.size() - news.size();
        return new ChangeSet(rest, more, removed, unchanged, still, waiting, inFlight);
    }

    /** The same, with a no for those of the pushes that are of these customers, whatever the view has by now. */
    public ChangeSet rejecting(Set<UUID> customers) {
        if (customers.isEmpty()) {
            return this;
        }
        PushList changed = new PushList();
        pushes.forEach(push -> changed.add(
                customers.contains(push.customer())
                        ? new Push(
                                push.customer(), push.contactId(), push.emailHash(), OptOutOrigin.SHARED, push.move())
                        : push));
        return pushing(changed);
    }

    private ChangeSet pushing(List<Push> some) {
        return new ChangeSet(some, skips, removed, unchanged, stillSkipped, waiting, inFlight);
    }

    /** Sorts the diff's rows as they stream in. */
    static final class Collector {
        private final PushList pushes = new PushList();
        private final List<Skip> skips = new ArrayList<>();
        private final List<Removed> removed = new ArrayList<>();
        private final Map<String, Integer> counts = new HashMap<>();

        void add(ResultSet row) throws SQLException {
            String action = row.getString("action");
            switch (action) {
                case "push" -> pushes.add(push(row));
                case "skip" -> skips.add(new Skip(id(row), linked(row), row.getString("reason")));
                case "removed" -> removed.add(new Removed(id(row), linked(row)));
                default -> counts.merge(action, row.getInt("customers"), Integer::sum);
            }
        }

        ChangeSet changes() {
            return new ChangeSet(
                    pushes,
                    skips,
                    removed,
                    count("unchanged"),
                    count("skipped"),
                    count("rejected"),
                    count("in_flight"));
        }

        private int count(String action) {
            return counts.getOrDefault(action, 0);
        }

        private static Push push(ResultSet row) throws SQLException {
            String movedFrom = row.getString("moved_from");
            Move move = movedFrom == null ? null : new Move(movedFrom, row.getString("moved_to"));
            return new Push(id(row), contactId(row), row.getLong("email_print"), no(row), move);
        }

        private static OptOutOrigin no(ResultSet row) throws SQLException {
            if (row.getBoolean("shared_no")) {
                return OptOutOrigin.SHARED;
            }
            return row.getBoolean("opted_out") ? OptOutOrigin.OWN : OptOutOrigin.NONE;
        }

        private static Linked linked(ResultSet row) throws SQLException {
            return new Linked(
                    contactId(row),
                    CustomerReader.strings(row, "synced_segments"),
                    row.getBoolean("interrupted"),
                    row.getBoolean("opted_out"));
        }

        private static UUID id(ResultSet row) throws SQLException {
            return row.getObject("customer_id", UUID.class);
        }

        private static @Nullable Long contactId(ResultSet row) throws SQLException {
            long id = row.getLong("mautic_contact_id");
            return row.wasNull() ? null : Long.valueOf(id);
        }
    }
}
