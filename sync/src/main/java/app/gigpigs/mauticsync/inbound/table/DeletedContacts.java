package app.gigpigs.mauticsync.inbound.table;

import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The rows of Mautic's audit log that tell of deleted contacts; a merge deletes the one that is merged into another. */
public final class DeletedContacts implements MauticTable {
    @Override
    public Select select() {
        return Select.from("audit_log").where("object", "eq", "lead").where("action", "eq", "delete");
    }

    @Override
    public String time() {
        return "date_added";
    }

    @Override
    public Map<String, Instant> events(Row row) {
        Long contact = row.number("object_id");
        Instant at = row.time("date_added");
        return contact == null || at == null ? Map.of() : Map.of(key(contact), at);
    }

    private static String key(long contact) {
        return "deleted:" + contact;
    }

    @Override
    public List<TableEvent> tableEvents(List<Row> rows) {
        return rows.stream()
                .filter(row -> !events(row).isEmpty())
                .map(DeletedContacts::event)
                .toList();
    }

    private static TableEvent event(Row row) {
        long contact = Objects.requireNonNull(row.number("object_id"));
        Instant at = Objects.requireNonNull(row.time("date_added"));
        String payload = TableEvent.payload("audit_log", row);
        return new TableEvent(
                key(contact),
                contact,
                ref -> new Event.ContactDeleted(contact, new EventDetails(ref, null, at, payload)));
    }
}
