package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.mautic.StatsApi;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table by ascending id, up to the highest id that it has at the start. Mautic counts all rows that match the
 * filter for every page. So each call is limited to a range of ids that is not much larger than a page.
 */
final class TablePages {
    /** A range that reaches to the end in one call: for filters that few rows match. */
    static final long WHOLE = Long.MAX_VALUE / 4;

    private final StatsApi stats;
    private final Select select;
    private final int pageSize;
    private final @Nullable Row newest;
    private final long highest;
    private long from;
    private long range;

    private TablePages(StatsApi stats, Select select, int pageSize, @Nullable Row newest, long from) {
        this.stats = stats;
        this.select = select;
        this.pageSize = pageSize;
        this.newest = newest;
        Long id = newest == null ? null : newest.number("id");
        this.highest = id == null ? 0 : id;
        this.from = from;
    }

    /** Finds the highest id. The first call has a range of this many ids. */
    static TablePages start(StatsApi stats, Select select, int pageSize, long after, long range) {
        List<Row> last =
                stats.rows(select.where("id", "gt", after).byDescending("id").limit(1));
        TablePages pages = new TablePages(stats, select, pageSize, last.isEmpty() ? null : last.get(0), after);
        pages.range = range;
        return pages;
    }

    /** When the newest row was written; empty when there is no row after the start. */
    Optional<Instant> newest(String column) {
        return Optional.ofNullable(newest == null ? null : newest.time(column));
    }

    /** The id at which the reading ends; 0 when there is no row after the start. */
    long highest() {
        return highest;
    }

    /** The next rows, which may be none; empty at the end. */
    Optional<Page> next() {
        if (from >= highest) {
            return Optional.empty();
        }
        long to = Math.min(highest, from + range);
        List<Row> rows = stats.rows(
                select.where("id", "gt", from).where("id", "lte", to).by("id").limit(pageSize));
        boolean full = rows.size() >= pageSize;
        if (full) {
            Long last = rows.get(rows.size() - 1).number("id");
            to = last == null ? to : last;
        }
        // Ids may have gaps of any size, and few rows may match the filter.
        range = full ? Math.max(pageSize, range / 2) : rows.size() * 2 < pageSize ? range * 2 : range;
        range = Math.min(range, WHOLE);
        from = to;
        return Optional.of(new Page(rows, to));
    }

    /**
     * Consecutive rows.
     *
     * @param upTo there was no other row up to this id when the page was read
     */
    record Page(List<Row> rows, long upTo) {}
}
