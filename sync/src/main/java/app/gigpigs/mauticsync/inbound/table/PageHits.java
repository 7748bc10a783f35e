package app.gigpigs.mauticsync.inbound.table;

import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import app.gigpigs.mauticsync.inbound.event.JsonValues;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The table page_hits. A click is a hit from an e-mail through one of its tracked links; all others are page visits. */
public final class PageHits implements MauticTable {
    /** The recipient of the e-mail, in the parameters of the link, serialized by PHP (seen on 5.1.0). */
    private static final Pattern LEAD = Pattern.compile("s:4:\"lead\";s:\\d+:\"(\\d{1,18})\"");

    @Override
    public Select select() {
        return Select.from("page_hits").where("source", "eq", "email");
    }

    @Override
    public String time() {
        return "date_hit";
    }

    @Override
    public Map<String, Instant> events(Row row) {
        Instant at = row.time("date_hit");
        boolean click = row.number("id") != null && row.number("redirect_id") != null && email(row) != null;
        return click && at != null ? Map.of("click:" + row.number("id"), at) : Map.of();
    }

    @Override
    public List<TableEvent> tableEvents(List<Row> rows) {
        return rows.stream().map(PageHits::click).toList();
    }

    private static TableEvent click(Row row) {
        long id = Objects.requireNonNull(row.number("id"));
        Instant at = Objects.requireNonNull(row.time("date_hit"));
        String payload = TableEvent.payload("page_hits", row);
        return new TableEvent(
                "click:" + id,
                contact(row),
                contact -> new Event.Click(id, row.text("url"), new EventDetails(contact, email(row), at, payload)));
    }

    /** The e-mail. When it was deleted, email_id is NULL (a foreign key, seen on 7.0.0), and source_id still names it. */
    private static @Nullable EmailRef email(Row row) {
        return TableEvent.email(row, row.number("email_id") == null ? "source_id" : "email_id");
    }

    /** The contact. When it was deleted, the column is NULL, but the parameters of the link still name it. */
    private static @Nullable Long contact(Row row) {
        Long lead = row.number("lead_id");
        String query = row.text("query");
        if (lead != null || query == null) {
            return lead;
        }
        Matcher recipient = LEAD.matcher(query);
        return recipient.find() ? JsonValues.id(recipient.group(1)) : null;
    }
}
