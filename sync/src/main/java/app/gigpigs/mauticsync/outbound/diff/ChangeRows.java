package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.outbound.diff.Change.Linked;
import app.gigpigs.mauticsync.outbound.diff.Change.Move;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.Change.Removed;
import app.gigpigs.mauticsync.outbound.diff.Change.Skip;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet.Still;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet.Transitions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sorts the rows of {@link ChangeQuery} into a change set as they stream in. */
final class ChangeRows {
    private final PushList pushes = new PushList();
    private final List<Skip> skips = new ArrayList<>();
    private final List<Removed> removed = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<CustomerId, Failure> unreadable;
    private int optIns;
    private int addressesTaken;

    /** @param unreadable customers who are left out */
    ChangeRows(Map<CustomerId, Failure> unreadable) {
        this.unreadable = unreadable;
    }

    void add(ResultSet row) throws SQLException {
        String action = row.getString("action");
        switch (action) {
            case "push" -> {
                pushes.add(push(row));
                optIns += row.getBoolean("opts_in") ? 1 : 0;
                addressesTaken += row.getBoolean("address_taken") ? 1 : 0;
            }
            case "skip" -> skips.add(skip(row));
            case "removed" -> removed.add(new Removed(id(row), linked(row)));
            default -> counts.merge(action, row.getInt("customers"), Integer::sum);
        }
    }

    ChangeSet changes() {
        return new ChangeSet(
                pushes,
                skips,
                removed,
                new Still(count("unchanged"), count("skipped"), count("rejected"), count("in_flight"), unreadable),
                new Transitions(optIns, addressesTaken));
    }

    private int count(String action) {
        return counts.getOrDefault(action, 0);
    }

    private static Push push(ResultSet row) throws SQLException {
        String movedFrom = row.getString("moved_from");
        Move move = movedFrom == null ? null : new Move(movedFrom, row.getString("moved_to"));
        return new Push(id(row), contactId(row), row.getLong("email_hash"), Consent.of(row.getString("consent")), move);
    }

    private static Skip skip(ResultSet row) throws SQLException {
        String owner = row.getString("address_owner");
        return new Skip(
                id(row),
                linked(row),
                SkipReason.of(row.getString("reason")),
                owner == null ? null : new CustomerId(owner));
    }

    private static Linked linked(ResultSet row) throws SQLException {
        return new Linked(
                contactId(row), CustomerReader.strings(row, "synced_segments"), row.getBoolean("interrupted"));
    }

    private static CustomerId id(ResultSet row) throws SQLException {
        return new CustomerId(row.getString("customer_id"));
    }

    private static @Nullable Long contactId(ResultSet row) throws SQLException {
        long id = row.getLong("mautic_contact_id");
        return row.wasNull() ? null : Long.valueOf(id);
    }
}
