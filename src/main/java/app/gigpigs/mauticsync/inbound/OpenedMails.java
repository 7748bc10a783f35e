package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.mautic.Stats;
import app.gigpigs.mauticsync.mautic.Stats.Row;
import app.gigpigs.mauticsync.mautic.Stats.Select;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table email_stats as far as mails were opened: each row remembers its opens in {@code open_details}, those of
 * contacts that have been deleted as well, and those that happened after that.
 */
final class OpenedMails implements MauticTable {
    /** PHP's serialized list (seen on 5.1.0); bounces stand beside it, with a reason instead of a user agent. */
    private static final Pattern OPEN =
            Pattern.compile("s:8:\"datetime\";s:19:\"(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)\";s:9:\"useragent\"");

    private final Select select;

    /** All that were ever opened. */
    OpenedMails() {
        this(Select.from("email_stats").where("open_count", "gt", 0));
    }

    private OpenedMails(Select select) {
        this.select = select;
    }

    /** Opened since then, of those sent since then; the column of the last open has no index in Mautic, sending has. */
    static OpenedMails since(Instant opened, Instant sent) {
        return new OpenedMails(Select.from("email_stats")
                .where("date_sent", "gte", Stats.time(sent))
                .where("last_opened", "gte", Stats.time(opened)));
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
            // Mautic keeps a thousand details at most; the last open is the one that a webhook told of.
            times(row).forEach(at -> opens.put("open:" + id + ":" + at.getEpochSecond(), at));
        }
        return opens;
    }

    private static List<Instant> times(Row row) {
        List<Instant> times = new ArrayList<>();
        String details = row.text("open_details");
        Matcher open = OPEN.matcher(details == null ? "" : details);
        while (open.find()) {
            add(times, Stats.parse(open.group(1)));
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
    public List<Sighting> sightings(List<Row> rows) {
        List<Sighting> opens = new ArrayList<>();
        for (Row row : rows) {
            long id = Objects.requireNonNull(row.number("id"));
            events(row).values().forEach(at -> opens.add(open(id, at, row)));
        }
        return opens;
    }

    /** One open of the mail that a row of email_stats is about. */
    static Sighting open(long stat, Instant at, Row mail) {
        String payload = Sighting.payload("email_stats", mail);
        return new Sighting(
                "open:" + stat + ":" + at.getEpochSecond(),
                mail.number("lead_id"),
                contact -> new Event.Open(
                        stat,
                        at,
                        new Circumstances(
                                Sighting.orAddress(contact, mail.text("email_address")),
                                Sighting.email(mail, "email_id"),
                                at,
                                payload)));
    }
}
