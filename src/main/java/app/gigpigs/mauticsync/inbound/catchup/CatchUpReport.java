package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.engagement.EventSource;
import app.gigpigs.mauticsync.inbound.event.DoNotContactChange;
import app.gigpigs.mauticsync.inbound.event.EventKeys;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What catching up found: of every kind of event, how many the CRM has and which way they came, and how many of those
 * that were read in Mautic it does not have.
 *
 * @param lines one for each kind
 * @param unfinished readings that go on in the next run
 * @param missingDoNotContact customers who say no in the CRM and had no do-not-contact entry in Mautic any more
 */
public record CatchUpReport(Map<Kind, Line> lines, List<String> unfinished, int missingDoNotContact) {
    public CatchUpReport {
        lines = Map.copyOf(lines);
        unfinished = List.copyOf(unfinished);
    }

    /** What is counted; a bounce is a mail that came back. */
    public enum Kind {
        CLICKS("click"),
        OPENS("open"),
        UNSUBSCRIBES("unsubscribe"),
        BOUNCES("bounce");

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        static @Nullable Kind of(String key) {
            if (EventKeys.isEntry(key)) {
                // Of the entries for bounces none counts by itself; the mail does.
                return key.endsWith(":" + DoNotContactChange.BOUNCED) ? null : UNSUBSCRIBES;
            }
            return key.startsWith("click:") ? CLICKS : key.startsWith("open:") ? OPENS : BOUNCES;
        }
    }

    /**
     * One kind.
     *
     * @param byWay how many the CRM has, by the way they came: webhook, catch_up, answer
     * @param read distinct events of each page read in this run; one that stood on two pages counts twice
     * @param added those of them that were new
     * @param missing those of them that the CRM does not have now; anything but 0 is a mistake of this program
     */
    public record Line(Map<String, Long> byWay, long read, long added, long missing) {
        public Line {
            byWay = Map.copyOf(byWay);
        }

        private long by(EventSource source) {
            return byWay.getOrDefault(source.sql(), 0L);
        }
    }

    /** One line a kind, for people. */
    public List<String> message() {
        List<String> message = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Line line = lines.get(kind);
            if (line != null) {
                message.add(message(kind, line));
            }
        }
        if (missingDoNotContact > 0) {
            message.add("do-not-contact entries that Mautic has lost, of customers who say no: "
                    + number(missingDoNotContact) + "; the next sync puts them back");
        }
        return message;
    }

    private static String message(Kind kind, Line line) {
        String seen = line.by(EventSource.ANSWER) == 0 ? "" : ", in answers " + number(line.by(EventSource.ANSWER));
        return kind.name().toLowerCase(Locale.ROOT) + ": by webhook " + number(line.by(EventSource.WEBHOOK))
                + ", by catch-up " + number(line.by(EventSource.CATCH_UP)) + seen + ", missing "
                + number(line.missing());
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** The same for scripts. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            Line line = lines.get(kind);
            if (line != null) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("byWebhook", line.by(EventSource.WEBHOOK));
                one.put("byCatchUp", line.by(EventSource.CATCH_UP));
                one.put("byPushResponse", line.by(EventSource.ANSWER));
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

    /** Whether anything in it is worth a note. */
    boolean foundSomething() {
        return added() + missing() + missingDoNotContact > 0;
    }

    /** Counts while pages come in. For one thread. */
    static final class Count {
        private final Map<Kind, long[]> counts = new EnumMap<>(Kind.class);
        private int missingDoNotContact;

        void missingDoNotContact(int more) {
            missingDoNotContact += more;
        }

        /** One page: what Mautic told, what the CRM has of it now, and how much of that is new. */
        void page(Collection<String> told, Set<String> there, int added) {
            for (String key : told) {
                Kind kind = Kind.of(key);
                if (kind != null) {
                    long[] count = counts.computeIfAbsent(kind, first -> new long[3]);
                    count[0]++;
                    count[2] += there.contains(key) ? 0 : 1;
                }
            }
            // A table tells of one kind, but that do-not-contact entries tell of bounces too, which do not count here.
            told.stream()
                    .map(Kind::of)
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .ifPresent(kind -> counts.computeIfAbsent(kind, first -> new long[3])[1] += added);
        }

        CatchUpReport report(Jdbi jdbi, List<String> unfinished) {
            Map<String, Map<String, Long>> ways = ways(jdbi);
            Map<Kind, Line> lines = new EnumMap<>(Kind.class);
            for (Kind kind : Kind.values()) {
                long[] count = counts.getOrDefault(kind, new long[3]);
                lines.put(kind, new Line(ways.getOrDefault(kind.type, Map.of()), count[0], count[1], count[2]));
            }
            return new CatchUpReport(lines, unfinished, missingDoNotContact);
        }

        private record Way(String type, String source, long events) {}

        private static Map<String, Map<String, Long>> ways(Jdbi jdbi) {
            Map<String, Map<String, Long>> ways = new TreeMap<>();
            jdbi.useHandle(handle -> handle.createQuery("""
                            select event_type, coalesce(source, '') as source, count(*) as events
                              from public.customer_email_engagement
                             where event_type in ('click', 'open', 'unsubscribe') group by 1, 2
                             union all
                            select event_type, coalesce(source, ''), count(*)
                              from public.customer_email_engagement
                             where event_type = 'bounce' and event_key like 'bounce:%' group by 1, 2
                            """)
                    .map((row, context) ->
                            new Way(row.getString("event_type"), row.getString("source"), row.getLong("events")))
                    .forEach(way -> ways.computeIfAbsent(way.type(), first -> new TreeMap<>())
                            .put(way.source(), way.events())));
            return ways;
        }
    }
}
