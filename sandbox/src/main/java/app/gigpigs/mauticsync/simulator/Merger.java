package app.gigpigs.mauticsync.simulator;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Merges two contacts, as Mautic's page for it, its forms and its command against duplicates do. */
record Merger(ContactStore contacts, SegmentStore segments, Removal removal) {
    /**
     * The winner keeps its id; of each field it has the value of the contact that was changed last, or else the other
     * one's. E-mails, opens, clicks and segments become the winner's; the loser's do-not-contact is lost. Webhooks show
     * the winner with its values from before (seen).
     */
    void merge(StoredContact loser, StoredContact winner, String by) {
        if (loser.id == winner.id) {
            return; // Mautic does nothing then
        }
        merge(loser, winner, new Edit(by, false, winner.values()));
    }

    /** Who merges, and what the winner had before; edited when it was changed in between. */
    private record Edit(String by, boolean edited, Map<String, @Nullable Object> before) {}

    private void merge(StoredContact loser, StoredContact winner, Edit edit) {
        boolean unknown = winner.identified() == null;
        boolean changed = mergeFields(loser, winner) || edit.edited();
        mergeTimes(loser, winner);
        BigDecimal points = points(loser);
        if (points.signum() != 0) {
            winner.put("points", points(winner).add(points));
        }
        announce(winner.id, new Told(edit.before(), unknown, points, changed), edit.by());
        contacts.merged(loser.id, winner.id);
        segments.move(loser.id, winner.id);
        removal.delete(loser);
    }

    /**
     * An edit gave a contact a value that another one has: 4.4 merges the two. The older one stays, even if the other one
     * was edited; the values that were sent count as the edited contact's. Returns the one that stays.
     */
    StoredContact mergeWith(StoredContact edited, StoredContact other, Map<String, @Nullable Object> sent) {
        boolean editedStays = edited.added.isBefore(other.added);
        StoredContact winner = editedStays ? edited : other;
        Edit edit = new Edit(ConsentChanges.API, true, winner.values());
        sent.forEach((alias, value) -> contacts.set(edited, alias, value));
        merge(editedStays ? other : edited, winner, edit);
        return winner;
    }

    /** What webhooks tell of a merge. */
    private record Told(Map<String, @Nullable Object> before, boolean unknown, BigDecimal points, boolean changed) {}

    private void announce(long winnerId, Told told, String by) {
        StoredContact winner = contacts.get(winnerId);
        if (winner == null) {
            return;
        }
        boolean earned = told.points().signum() != 0;
        if (!told.unknown() && !told.changed() && !earned) {
            return;
        }
        winner.modified(removal.consent().time().now(), by);
        StoredContact shown = winner.with(told.before());
        Announcer announcer = removal.consent().announcer();
        if (earned) {
            announcer.points(shown, told.points().longValue());
        }
        if (told.unknown()) {
            announcer.identified(shown);
        } else {
            announcer.updated(shown);
        }
    }

    private boolean mergeFields(StoredContact loser, StoredContact winner) {
        boolean loserIsNewer = changed(loser).isAfter(changed(winner));
        Map<String, @Nullable Object> newer = (loserIsNewer ? loser : winner).values();
        Map<String, @Nullable Object> values = new HashMap<>((loserIsNewer ? winner : loser).values());
        values.putAll(newer);
        Set<String> aliases = new HashSet<>(values.keySet());
        aliases.remove("points");
        boolean changed = false;
        for (String alias : aliases) {
            changed |= contacts.set(winner, alias, values.get(alias));
        }
        return changed;
    }

    private static Instant changed(StoredContact contact) {
        Instant modified = contact.activity().modified();
        return modified == null ? contact.added : modified;
    }

    private static void mergeTimes(StoredContact loser, StoredContact winner) {
        Instant active = loser.activity().active();
        Instant own = winner.activity().active();
        if (active != null && (own == null || active.isAfter(own))) {
            winner.active(active);
        }
        if (loser.activity().clicked()) {
            winner.clicked();
        }
        Instant since = loser.identified();
        Instant first = winner.identified();
        if (first == null || (since != null && since.isBefore(first))) {
            winner.identified(since);
        }
    }

    private static BigDecimal points(StoredContact contact) {
        return contact.get("points") instanceof BigDecimal points ? points : BigDecimal.ZERO;
    }
}
