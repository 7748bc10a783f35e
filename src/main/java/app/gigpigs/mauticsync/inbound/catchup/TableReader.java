package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.inbound.catchup.Cursors.Cursor;
import app.gigpigs.mauticsync.inbound.catchup.DoNotContactAudit.Stretch;
import app.gigpigs.mauticsync.inbound.catchup.TablePages.Page;
import app.gigpigs.mauticsync.inbound.table.MauticTable;
import app.gigpigs.mauticsync.mautic.StatsApi;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways in which a table is read. Ids are given out when a transaction begins to write, and seen when it ends: a row
 * may appear below ids that were read before. So a cursor stops short of what is young, and that is read again.
 */
final class TableReader {
    private static final Logger log = LoggerFactory.getLogger(TableReader.class);

    /** No transaction of Mautic's is open for so long. */
    static final Duration OVERLAP = Duration.ofMinutes(30);

    private final StatsApi stats;
    private final PageApplier pages;
    private final Cursors cursors;
    private final CatchUpSettings settings;
    private final BooleanSupplier stopping;
    private final InstantSource clock;
    private final Instant started;
    private final List<String> unfinished = new ArrayList<>();

    TableReader(StatsApi stats, PageApplier pages, Cursors cursors, Limits limits, InstantSource clock) {
        this.stats = stats;
        this.pages = pages;
        this.cursors = cursors;
        this.settings = limits.settings();
        this.stopping = limits.stopping();
        this.clock = clock;
        this.started = clock.instant();
    }

    /** How far a run goes. */
    record Limits(CatchUpSettings settings, BooleanSupplier stopping) {}

    /** Readings that did not come to their end. */
    List<String> unfinished() {
        return unfinished;
    }

    /** Every reading begins anew. */
    void restart() {
        cursors.restart();
    }

    /** Reads what was added since, and what is young once more. */
    void follow(String name, MauticTable table) {
        long position = begin(name, table);
        TablePages walk = TablePages.start(stats, table.select(), settings.page(), position, settings.page());
        Instant old = old(walk.newest(table.time()));
        long begin = position;
        for (Optional<Page> page = walk.next(); page.isPresent(); page = walk.next()) {
            position = Math.max(position, certain(page.get().rows(), table.time(), old));
            long finished = position;
            pages.apply(table, page.get().rows(), handle -> cursors.advance(handle, name, finished));
            // What is young is begun anew each time: to stop within it would be never to reach its end.
            if (stopping.getAsBoolean() || (position > begin && outOfPatience())) {
                unfinished.add(name);
                return;
            }
        }
        cursors.complete(name, Math.max(position, seenLongAgo(name, walk.highest())));
    }

    /** Behind what was read; at the beginning where the table itself went back, so that ids are given out again. */
    private long begin(String name, MauticTable table) {
        long position = cursors.read(name, Duration.ZERO).position();
        Select rest = table.select().unfiltered().where("id", "gte", position).limit(1);
        if (position == 0 || !stats.rows(rest).isEmpty()) {
            return position;
        }
        log.warn(
                "Mautic's table {} ends before the id {}, up to which it was read: Mautic was restored from a backup, or"
                        + " the newest rows were deleted. It is read again from the beginning; what is known counts once",
                name,
                position);
        // What was reached then would lead behind the end again.
        cursors.reached(reached(name), 0, Instant.EPOCH);
        return 0;
    }

    private static String reached(String name) {
        return name + ".reached";
    }

    /**
     * The highest id that was already read so long ago, by our own clock, that nothing can appear below it any more: in
     * a table that has become quiet no newer row tells that its last ones are old.
     */
    private long seenLongAgo(String name, long highest) {
        Cursor before = cursors.read(reached(name), Duration.ZERO);
        if (before.seenUntil() != null && started.isBefore(before.seenUntil().plus(OVERLAP))) {
            return 0;
        }
        cursors.reached(reached(name), highest, started);
        return before.position();
    }

    /** A row older than this was written by a transaction that is over, and so was every row with a lower id. */
    private Instant old(Optional<Instant> newest) {
        Instant now = clock.instant();
        return newest.filter(time -> time.isBefore(now)).orElse(now).minus(OVERLAP);
    }

    private static long certain(List<Row> rows, String column, Instant old) {
        long finished = 0;
        for (Row row : rows) {
            Long id = row.number("id");
            Instant time = row.time(column);
            if (id != null && time != null && !time.isAfter(old)) {
                finished = Math.max(finished, id);
            }
        }
        return finished;
    }

    /** Reads a table from its beginning when that is due; one that was cut off goes on where it was. */
    void sweep(String name, MauticTable table) {
        Cursor cursor = cursors.read(name, settings.sweepEvery());
        if (cursor.fresh() && cursor.position() == 0) {
            return;
        }
        TablePages walk = TablePages.start(stats, table.select(), settings.page(), cursor.position(), settings.page());
        for (Optional<Page> page = walk.next(); page.isPresent(); page = walk.next()) {
            long upTo = page.get().upTo();
            pages.apply(table, page.get().rows(), handle -> cursors.advance(handle, name, upTo));
            if (stopping.getAsBoolean() || outOfPatience()) {
                unfinished.add(name);
                return;
            }
        }
        cursors.complete(name, 0);
    }

    /** Compares with what a table has, when that is due; one that was cut off goes on where it was. */
    void compare(String name, DoNotContactAudit entries) {
        Cursor cursor = cursors.read(name, settings.sweepEvery());
        if (cursor.fresh() && cursor.position() == 0) {
            return;
        }
        Optional<Stretch> stretch = entries.after(cursor.position(), settings.page());
        while (stretch.isPresent()) {
            long upTo = stretch.get().upTo();
            entries.resend(stretch.get(), handle -> cursors.advance(handle, name, upTo));
            if (stopping.getAsBoolean() || outOfPatience()) {
                unfinished.add(name);
                return;
            }
            stretch = entries.after(upTo, settings.page());
        }
        cursors.complete(name, 0);
    }

    /** Reads all that a filter leaves, which must not be much, without a cursor. */
    void whole(MauticTable table) {
        TablePages walk = TablePages.start(stats, table.select(), settings.page(), 0, TablePages.WHOLE);
        for (Optional<Page> page = walk.next(); page.isPresent(); page = walk.next()) {
            pages.apply(table, page.get().rows(), handle -> {});
        }
    }

    /**
     * Reads rows that changed lately, by the time in a column. The first time it only notes where to begin: everything
     * before is a sweep's.
     */
    void lately(String name, String column, Function<Instant, MauticTable> changedSince) {
        Cursor cursor = cursors.read(name, OVERLAP.multipliedBy(2));
        Instant seen = cursor.seenUntil();
        // Nothing appears any more before the newest one that was noticed long ago; should it, a sweep finds it.
        Duration overlap = cursor.fresh() ? OVERLAP : Duration.ZERO;
        MauticTable table = changedSince.apply(seen == null ? Instant.EPOCH : seen.minus(overlap));
        Instant newest = newest(table.select(), column);
        if (seen != null) {
            whole(table);
        }
        if (seen == null || (newest != null && newest.isAfter(seen))) {
            cursors.seenUntil(name, newest == null ? Instant.EPOCH : newest);
        }
    }

    private @Nullable Instant newest(Select select, String column) {
        List<Row> rows = stats.rows(select.byDescending(column).limit(1));
        return rows.isEmpty() ? null : rows.get(0).time(column);
    }

    private boolean outOfPatience() {
        return clock.instant().isAfter(started.plus(settings.patience()));
    }
}
