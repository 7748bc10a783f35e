package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.mautic.StatsApi;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table by ascending id, from one id to the highest there is at the start. Mautic counts the rows of the whole
 * filter for every page, so each page asks for a stretch of ids that is not much longer than itself.
 */
final class TablePages {
    /** Of stretches, so that one call reaches to the end: for filters of which few rows are left. */
    static final long WHOLE = Long.MAX_VALUE / 4;

    private final StatsApi stats;
    private final Select select;
    private final int pageSize;
    private final @Nullable Row newest;
    private final long highest;
    private long from;
    private long stretch;

    private TablePages(StatsApi stats, Select select, int pageSize, @Nullable Row newest, long from) {
        this.stats = stats;
        this.select = select;
        this.pageSize = pageSize;
        this.newest = newest;
        Long id = newest == null ? null : newest.number("id");
        this.highest = id == null ? 0 : id;
        this.from = from;
    }

    /** Looks how far there is to go; the first stretch has that many ids. */
    static TablePages start(StatsApi stats, Select select, int pageSize, long after, long stretch) {
        List<Row> last =
                stats.rows(select.where("id", "gt", after).byDescending("id").limit(1));
        TablePages walk = new TablePages(stats, select, pageSize, last.isEmpty() ? null : last.get(0), after);
        walk.stretch = stretch;
        return walk;
    }

    /** When the newest row was written; empty when there is none after the start. */
    Optional<Instant> newest(String column) {
        return Optional.ofNullable(newest == null ? null : newest.time(column));
    }

    /** The id at which it ends; 0 when there is none after the start. */
    long highest() {
        return highest;
    }

    /** The next rows, maybe none; empty at the end. */
    Optional<Page> next() {
        if (from >= highest) {
            return Optional.empty();
        }
        long to = Math.min(highest, from + stretch);
        List<Row> rows = stats.rows(
                select.where("id", "gt", from).where("id", "lte", to).by("id").limit(pageSize));
        boolean full = rows.size() >= pageSize;
        if (full) {
            Long last = rows.get(rows.size() - 1).number("id");
            to = last == null ? to : last;
        }
        // Ids may have gaps of any size, and a filter may leave few of them.
        stretch = full ? Math.max(pageSize, stretch / 2) : rows.size() * 2 < pageSize ? stretch * 2 : stretch;
        stretch = Math.min(stretch, WHOLE);
        from = to;
        return Optional.of(new Page(rows, to));
    }

    /**
     * Some rows in a row.
     *
     * @param upTo no other row up to this id could be seen when this was read
     */
    record Page(List<Row> rows, long upTo) {}
}
