package app.gigpigs.mauticsync.inbound.table;

import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.inbound.event.DoNotContactEntry;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventKeys;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The table lead_donotcontact. The reason of a row may change while its id stays the same. A row that was removed is not
 * an opt-in. Rows that this program wrote for an opt-out in the CRM are not events.
 */
public final class DoNotContactRows implements MauticTable {
    @Override
    public Select select() {
        return Select.from("lead_donotcontact").where("channel", "eq", "email");
    }

    @Override
    public String time() {
        return "date_added";
    }

    @Override
    public Map<String, Instant> events(Row row) {
        Instant at = row.time("date_added");
        boolean complete = row.number("id") != null && row.number("reason") != null && row.number("lead_id") != null;
        boolean ours = DoNotContactComment.repeatsTheCrm(row.text("comments"));
        return complete && !ours && at != null ? Map.of(key(row), at) : Map.of();
    }

    private static String key(Row row) {
        return EventKeys.ofEntry(
                Objects.requireNonNull(row.number("id")), Objects.requireNonNull(row.number("reason")));
    }

    @Override
    public List<TableEvent> tableEvents(List<Row> rows) {
        return rows.stream().map(DoNotContactRows::entry).toList();
    }

    private static TableEvent entry(Row row) {
        String key = key(row);
        Instant at = Objects.requireNonNull(row.time("date_added"));
        long reason = Objects.requireNonNull(row.number("reason"));
        String payload = TableEvent.payload("lead_donotcontact", row);
        return new TableEvent(key, row.number("lead_id"), contact -> {
            EventDetails about = new EventDetails(contact, TableEvent.email(row, "channel_id"), at, payload);
            return DoNotContactEntry.event(key, reason, row.text("comments"), about);
        });
    }
}
