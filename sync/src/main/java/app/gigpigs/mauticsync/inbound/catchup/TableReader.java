package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.inbound.catchup.Cursors.Cursor;
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
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Mautic's tables. A database issues an id when a transaction writes the row, and shows the row when the transaction
 * ends. So a row may appear below ids that were read before. For that reason a cursor stops before the recent rows, and
 * those are read again.
 */
final class TableReader {
    private static final Logger log = LoggerFactory.getLogger(TableReader.class);

    /** Longer than any transaction of Mautic is open. */
    static final Duration OVERLAP = Duration.ofMinutes(30);

    /** Steps through something of ours in one run; each is a call or two. */
    private static final int STEPS = 40;

    private final StatsApi stats;
    private final PageApplier pages;
    private final Cursors cursors;
    private final CatchUpSettings settings;
    private final BooleanSupplier stopping;
    private final InstantSource clock;
    private final Instant started;
    private final List<String> unfinished = new ArrayList<>();
    private boolean everything;

    TableReader(StatsApi stats, PageApplier pages, Cursors cursors, Limits limits, InstantSource clock) {
        this.stats = stats;
        this.pages = pages;
        this.cursors = cursors;
        this.settings = limits.settings();
        this.stopping = limits.stopping();
        this.clock = clock;
        this.started = clock.instant();
    }

    /** When a run stops. */
    record Limits(CatchUpSettings settings, BooleanSupplier stopping) {}

    /** Readings that stopped before the end of their table. */
    List<String> unfinished() {
        return unfinished;
    }

    /** All readings begin at the start of their tables. */
    void restart() {
        cursors.restart();
        everything = true;
    }

    /** Reads the rows that were added since, and the recent rows again. */
    void follow(String name, MauticTable table) {
        long position = begin(name, table);
        TablePages tablePages = TablePages.start(stats, table.select(), settings.page(), position, settings.page());
        Instant old = old(tablePages.newest(table.time()));
        long begin = position;
        for (Optional<Page> page = tablePages.next(); page.isPresent(); page = tablePages.next()) {
            position = Math.max(position, certain(page.get().rows(), table.time(), old));
            long finished = position;
            pages.apply(table, page.get().rows(), handle -> cursors.advance(handle, name, finished));
            // The recent rows are read from their start each time. A run that stopped there would never reach the end.
            if (stopping.getAsBoolean() || (position > begin && outOfTime())) {
                unfinished.add(name);
                return;
            }
        }
        cursors.complete(name, Math.max(position, seenLongAgo(name, tablePages.highest())));
    }

    /** The position where reading continues: 0 when the table has lost its newest rows, because their ids are issued again. */
    private long begin(String name, MauticTable table) {
        long position = cursors.read(name, Duration.ZERO).position();
        Select rest = table.select().unfiltered().where("id", "gte", position).limit(1);
        if (position == 0 || !stats.rows(rest).isEmpty()) {
            return position;
        }
        log.warn(new Failure(
                        ErrorCode.MAUTIC_RESTORED,
                        "Mautic's table " + name + " ends before the id " + position
                                + ", up to which it was read: Mautic was restored from a backup"
                                + " (then stop serve and run ./mautic-sync switch-instance), or the newest rows were"
                                + " deleted. It is read again from the beginning; known events count once")
                .line());
        // The position that was reached then is after the end of the table, too.
        cursors.reached(reached(name), 0, Instant.EPOCH);
        return 0;
    }

    private static String reached(String name) {
        return name + ".reached";
    }

    /**
     * The highest id that was read so long ago, by our own clock, that no row can appear below it any more. A table without
     * new rows needs this: there is no newer row that shows that the last ones are old.
     */
    private long seenLongAgo(String name, long highest) {
        Cursor before = cursors.read(reached(name), Duration.ZERO);
        if (before.seenUntil() != null && started.isBefore(before.seenUntil().plus(OVERLAP))) {
            return 0;
        }
        cursors.reached(reached(name), highest, started);
        return before.position();
    }

    /** A row from before this time was written by a transaction that has ended, and so was every row with a lower id. */
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

    /** Reads a table from its beginning when that is due. A sweep that was stopped continues where it was. */
    void sweep(String name, MauticTable table) {
        Cursor cursor = cursors.read(name, settings.sweepEvery());
        if (cursor.fresh() && cursor.position() == 0) {
            return;
        }
        TablePages tablePages =
                TablePages.start(stats, table.select(), settings.page(), cursor.position(), settings.page());
        for (Optional<Page> page = tablePages.next(); page.isPresent(); page = tablePages.next()) {
            long upTo = page.get().upTo();
            pages.apply(table, page.get().rows(), handle -> cursors.advance(handle, name, upTo));
            if (stopping.getAsBoolean() || outOfTime()) {
                unfinished.add(name);
                return;
            }
        }
        cursors.complete(name, 0);
    }

    /**
     * Goes on through something of ours in the order of ids, and at the end begins anew with the next run: a small ledger
     * is looked at in every run, a large one within some hours.
     *
     * @param next works on what comes after an id and answers up to which id that was; empty at the end
     */
    void ours(String name, BiFunction<Long, Function<Long, Consumer<Handle>>, Optional<Long>> next) {
        Function<Long, Consumer<Handle>> advance = upTo -> handle -> cursors.advance(handle, name, upTo);
        Optional<Long> position =
                Optional.of(cursors.read(name, settings.sweepEvery()).position());
        for (int step = 0; everything || step < STEPS; step++) {
            position = next.apply(position.get(), advance);
            if (position.isEmpty()) {
                cursors.complete(name, 0);
                return;
            }
            if (stopping.getAsBoolean() || outOfTime()) {
                unfinished.add(name);
                return;
            }
        }
    }

    /** Reads all rows that match the filter, without a cursor. There must not be many. */
    void whole(MauticTable table) {
        TablePages tablePages = TablePages.start(stats, table.select(), settings.page(), 0, TablePages.WHOLE);
        for (Optional<Page> page = tablePages.next(); page.isPresent(); page = tablePages.next()) {
            pages.apply(table, page.get().rows(), handle -> {});
        }
    }

    /**
     * Reads the rows that changed recently, by the time in a column. The first time it only stores where to begin: all rows
     * before that are read by a sweep.
     */
    void changed(String name, String column, Function<Instant, MauticTable> changedSince) {
        Cursor cursor = cursors.read(name, OVERLAP.multipliedBy(2));
        Instant seen = cursor.seenUntil();
        // No row appears any more before the newest one of a reading long ago. If one does, a sweep finds it.
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

    private boolean outOfTime() {
        return clock.instant().isAfter(started.plus(settings.timeout()));
    }
}
