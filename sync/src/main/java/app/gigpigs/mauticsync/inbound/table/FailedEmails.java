package app.gigpigs.mauticsync.inbound.table;

import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.SentMail;
import app.gigpigs.mauticsync.mautic.StatsApi;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rows of the table email_stats whose e-mail bounced. A row may become failed long after it was written. */
public final class FailedEmails implements MauticTable {
    private static final Pattern BOUNCE =
            Pattern.compile("s:8:\"datetime\";s:19:\"(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)\";s:6:\"reason\"");
    private static final Select FAILED = Select.from("email_stats").where("is_failed", "eq", 1);

    private final Select select;

    /** All e-mails that ever failed. */
    public FailedEmails() {
        this(FAILED);
    }

    private FailedEmails(Select select) {
        this.select = select;
    }

    public static FailedEmails sentSince(Instant sent) {
        return new FailedEmails(FAILED.where("date_sent", "gte", StatsApi.time(sent)));
    }

    public static FailedEmails to(Collection<Long> contacts) {
        return new FailedEmails(FAILED.whereIn("lead_id", contacts));
    }

    @Override
    public Select select() {
        return select;
    }

    @Override
    public String time() {
        return "date_sent";
    }

    @Override
    public Map<String, Instant> events(Row row) {
        Instant at = at(row);
        Long id = row.number("id");
        return id == null || at == null ? Map.of() : Map.of("bounce:" + id, at);
    }

    /** The time of the first bounce, or of sending when the row has no time of a bounce. */
    private static @org.jspecify.annotations.Nullable Instant at(Row row) {
        String details = row.text("open_details");
        Matcher bounce = BOUNCE.matcher(details == null ? "" : details);
        Instant at = bounce.find() ? StatsApi.parse(bounce.group(1)) : null;
        return at == null ? row.time("date_sent") : at;
    }

    @Override
    public List<TableEvent> tableEvents(List<Row> rows) {
        return rows.stream().map(FailedEmails::bounce).toList();
    }

    private static TableEvent bounce(Row row) {
        long id = Objects.requireNonNull(row.number("id"));
        Instant at = Objects.requireNonNull(at(row));
        String payload = TableEvent.payload("email_stats", row);
        String address = row.text("email_address");
        // The address that bounced counts, not the current address of the contact.
        return new TableEvent(
                "bounce:" + id,
                row.number("lead_id"),
                contact -> new Event.Bounce(
                        id,
                        new SentMail(null, row.text("tracking_hash"), row.time("date_sent")),
                        new EventDetails(
                                address == null ? contact : new ContactRef(contact.id(), contact.supabaseId(), address),
                                TableEvent.email(row, "email_id"),
                                at,
                                payload)));
    }
}
