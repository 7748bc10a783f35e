package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.inbound.catchup.CatchUpReport.Kind;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpReport.Line;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;

/** Counts what a run of catching up reads, page by page, for its report. For one thread. */
final class CatchUpCounts {
    private final Map<Kind, PageCounts> counts = new EnumMap<>(Kind.class);
    private int missingDoNotContact;

    /** The sums over all pages of one kind. */
    private static final class PageCounts {
        private long read;
        private long added;
        private long missing;
    }

    void missingDoNotContact(int more) {
        missingDoNotContact += more;
    }

    /**
     * Counts one page.
     *
     * @param keys the events that Mautic's rows contain
     * @param stored those of them that the CRM has now
     * @param added how many of them are new
     */
    void page(Collection<String> keys, Set<String> stored, int added) {
        for (String key : keys) {
            Kind kind = Kind.of(key);
            if (kind != null) {
                PageCounts count = of(kind);
                count.read++;
                count.missing += stored.contains(key) ? 0 : 1;
            }
        }
        // A table has events of one kind only. Do-not-contact entries for bounces are the exception; they are not
        // counted.
        keys.stream().map(Kind::of).filter(Objects::nonNull).findFirst().ifPresent(kind -> of(kind).added += added);
    }

    private PageCounts of(Kind kind) {
        return counts.computeIfAbsent(kind, first -> new PageCounts());
    }

    /** @param unfinished the readings that the next run continues */
    CatchUpReport report(Jdbi jdbi, List<String> unfinished) {
        Map<String, Map<String, Long>> stored = storedEvents(jdbi);
        Map<Kind, Line> lines = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            PageCounts count = counts.getOrDefault(kind, new PageCounts());
            lines.put(
                    kind, new Line(stored.getOrDefault(kind.type(), Map.of()), count.read, count.added, count.missing));
        }
        return new CatchUpReport(lines, unfinished, missingDoNotContact);
    }

    private record StoredEvents(String type, String source, long count) {}

    /** How many events the CRM has, by type and source. */
    private static Map<String, Map<String, Long>> storedEvents(Jdbi jdbi) {
        Map<String, Map<String, Long>> stored = new TreeMap<>();
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
                        new StoredEvents(row.getString("event_type"), row.getString("source"), row.getLong("events")))
                .forEach(each -> stored.computeIfAbsent(each.type(), first -> new TreeMap<>())
                        .put(each.source(), each.count())));
        return stored;
    }
}
