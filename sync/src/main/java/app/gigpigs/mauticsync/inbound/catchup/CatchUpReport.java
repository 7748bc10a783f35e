package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.engagement.EventSource;
import app.gigpigs.mauticsync.inbound.event.DoNotContactChange;
import app.gigpigs.mauticsync.inbound.event.EventKeys;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What catching up found: for every kind of event, how many the CRM has from each source, and how many of those that
 * were read in Mautic the CRM does not have.
 *
 * @param lines one for each kind
 * @param unfinished readings that the next run continues
 * @param missingDoNotContact customers who opted out in the CRM and had no do-not-contact entry in Mautic any more
 */
public record CatchUpReport(Map<Kind, Line> lines, List<String> unfinished, int missingDoNotContact) {
    public CatchUpReport {
        lines = Map.copyOf(lines);
        unfinished = List.copyOf(unfinished);
    }

    /** What is counted. A bounce is an e-mail that bounced, not a report. */
    public enum Kind {
        CLICKS("click"),
        OPENS("open"),
        UNSUBSCRIBES("unsubscribe"),
        BOUNCES("bounce");

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        /** The event_type of its events. */
        String type() {
            return type;
        }

        static @Nullable Kind of(String key) {
            if (EventKeys.isEntry(key)) {
                // An entry for a bounce does not count by itself; the e-mail does.
                return key.endsWith(":" + DoNotContactChange.BOUNCED) ? null : UNSUBSCRIBES;
            }
            return key.startsWith("click:") ? CLICKS : key.startsWith("open:") ? OPENS : BOUNCES;
        }
    }

    /**
     * One kind.
     *
     * @param bySource how many the CRM has, by source: webhook, catch_up, push_response
     * @param read the distinct events of each page read in this run; an event that is on two pages counts twice
     * @param added those of them that were new
     * @param missing those of them that the CRM does not have now; anything but 0 is an error in this program
     */
    public record Line(Map<String, Long> bySource, long read, long added, long missing) {
        public Line {
            bySource = Map.copyOf(bySource);
        }

        private long from(EventSource source) {
            return bySource.getOrDefault(source.sql(), 0L);
        }
    }

    /** One line for each kind, as text. */
    public List<String> message() {
        List<String> message = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Line line = lines.get(kind);
            if (line != null) {
                message.add(message(kind, line));
            }
        }
        if (missingDoNotContact > 0) {
            message.add("missing do-not-contact entries of people who must not be mailed: "
                    + number(missingDoNotContact) + "; they were put back");
        }
        return message;
    }

    private static String message(Kind kind, Line line) {
        String observed = line.from(EventSource.PUSH_RESPONSE) == 0
                ? ""
                : ", by push response " + number(line.from(EventSource.PUSH_RESPONSE));
        return kind.name().toLowerCase(Locale.ROOT) + ": by webhook " + number(line.from(EventSource.WEBHOOK))
                + ", by catch-up " + number(line.from(EventSource.CATCH_UP)) + observed + ", missing "
                + number(line.missing());
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** The same as JSON. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            Line line = lines.get(kind);
            if (line != null) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("byWebhook", line.from(EventSource.WEBHOOK));
                one.put("byCatchUp", line.from(EventSource.CATCH_UP));
                one.put("byPushResponse", line.from(EventSource.PUSH_RESPONSE));
                one.put("read", line.read());
                one.put("new", line.added());
                one.put("missing", line.missing());
                fields.put(kind.name().toLowerCase(Locale.ROOT), one);
            }
        }
        fields.put("missingDoNotContact", missingDoNotContact);
        fields.put("unfinished", unfinished);
        return fields;
    }

    String json() {
        return PostgresJson.write(new ObjectMapper().valueToTree(fields()));
    }

    /** New events, of all kinds. */
    public long added() {
        return lines.values().stream().mapToLong(Line::added).sum();
    }

    /** Events that were read and are not in the CRM. */
    public long missing() {
        return lines.values().stream().mapToLong(Line::missing).sum();
    }

    /** Whether there is anything to record. */
    boolean foundSomething() {
        return added() + missing() + missingDoNotContact > 0;
    }
}
