package app.gigpigs.mauticsync.inbound.table;

import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.mautic.StatsApi;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rows of the table email_stats whose e-mail was opened. Each row has its opens in {@code open_details}. It keeps them
 * when the contact is deleted, and adds later ones.
 */
public final class OpenedEmails implements MauticTable {
    /** PHP's serialized list (seen on 5.1.0). It also has the bounces, with a reason instead of a user agent. */
    private static final Pattern OPEN =
            Pattern.compile("s:8:\"datetime\";s:19:\"(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)\";s:9:\"useragent\"");

    private final Select select;

    /** All e-mails that were ever opened. */
    public OpenedEmails() {
        this(Select.from("email_stats").where("open_count", "gt", 0));
    }

    private OpenedEmails(Select select) {
        this.select = select;
    }

    /**
     * E-mails sent and opened since these times. The time of sending limits the rows that Mautic has to read: it has an
     * index there, but none for the time of the last open.
     */
    public static OpenedEmails since(Instant opened, Instant sent) {
        return new OpenedEmails(Select.from("email_stats")
                .where("date_sent", "gte", StatsApi.time(sent))
                .where("last_opened", "gte", StatsApi.time(opened)));
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
        Map<String, Instant> opens = new LinkedHashMap<>();
        Long id = row.number("id");
        if (id != null && row.number("open_count") != null) {
            // Mautic keeps at most a thousand details. The last open is the one that the webhook was about.
            times(row).forEach(at -> opens.put("open:" + id + ":" + at.getEpochSecond(), at));
        }
        return opens;
    }

    private static List<Instant> times(Row row) {
        List<Instant> times = new ArrayList<>();
        String details = row.text("open_details");
        Matcher open = OPEN.matcher(details == null ? "" : details);
        while (open.find()) {
            add(times, StatsApi.parse(open.group(1)));
        }
        if (times.isEmpty()) {
            add(times, row.time("date_read"));
        }
        add(times, row.time("last_opened"));
        return times;
    }

    private static void add(List<Instant> times, @org.jspecify.annotations.Nullable Instant time) {
        if (time != null && !times.contains(time)) {
            times.add(time);
        }
    }

    @Override
    public List<TableEvent> tableEvents(List<Row> rows) {
        List<TableEvent> opens = new ArrayList<>();
        for (Row row : rows) {
            long id = Objects.requireNonNull(row.number("id"));
            events(row).values().forEach(at -> opens.add(open(id, at, row)));
        }
        return opens;
    }

    /** One open of the e-mail of a row of email_stats. */
    static TableEvent open(long stat, Instant at, Row email) {
        String payload = TableEvent.payload("email_stats", email);
        return new TableEvent(
                "open:" + stat + ":" + at.getEpochSecond(),
                email.number("lead_id"),
                contact -> new Event.Open(
                        stat,
                        at,
                        new EventDetails(
                                TableEvent.orAddress(contact, email.text("email_address")),
                                TableEvent.email(email, "email_id"),
                                at,
                                payload)));
    }
}
