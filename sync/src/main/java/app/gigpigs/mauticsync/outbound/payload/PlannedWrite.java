package app.gigpigs.mauticsync.outbound.payload;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.FieldChange;
import app.gigpigs.mauticsync.mapping.FieldMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a run would send of one customer. Pure.
 *
 * @param contactId its contact, or null when it has none yet
 * @param changes against what was sent last
 * @param moves segments it would be put into and taken out of
 * @param warnings what would be left out
 */
public record PlannedWrite(
        CustomerId customer, @Nullable Long contactId, List<FieldChange> changes, Moves moves, List<String> warnings) {

    /** Segments by the CRM's names. */
    public record Moves(Set<String> joins, Set<String> removed) {}

    static PlannedWrite of(ContactWrite write, Map<String, String> sent) {
        Set<String> joins = new TreeSet<>(write.segments());
        Set<String> removed = new TreeSet<>(write.row().lastTime().segments());
        removed.removeAll(write.segments());
        write.row().lastTime().segments().forEach(joins::remove);
        return new PlannedWrite(
                write.customer(),
                write.contactId(),
                FieldChange.between(sent, write.fields()),
                new Moves(joins, removed),
                write.fields().warnings());
    }

    /** Whether it opted out since it was last sent. */
    public boolean optsOut() {
        return contactId != null
                && changes.stream()
                        .anyMatch(change ->
                                change.alias().equals(FieldMap.MARKETING_OPT_IN) && "false".equals(change.after()));
    }

    /** Whether a value that was sent would be blanked. */
    public boolean blanks() {
        return changes.stream().anyMatch(FieldChange::blanks);
    }

    /** Whether it leaves segments without joining another: moving on is what segments are for. */
    public boolean removalsOnly() {
        return !moves.removed().isEmpty() && moves.joins().isEmpty();
    }
}
