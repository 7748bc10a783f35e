package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.LeaseLostException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** The table mautic_sync.catch_up_cursor. Every write checks that the lease is still held. */
public final class Cursors {
    private static final String HELD =
            "held as (select from mautic_sync.lease where name = 'catch_up' and token = :token and expires_at > now() for share)";

    private final Jdbi jdbi;
    private final Lease lease;

    Cursors(Jdbi jdbi, Lease lease) {
        this.jdbi = jdbi;
        this.lease = lease;
    }

    /** Whether a reading was ever completed. */
    static boolean completed(Jdbi jdbi, String name) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select exists (select from mautic_sync.catch_up_cursor where name = :name and completed_at is not null)")
                .bind("name", name)
                .mapTo(Boolean.class)
                .one());
    }

    /** Whether a reading was completed within this time. */
    static boolean completed(Jdbi jdbi, String name, Duration within) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select exists (select from mautic_sync.catch_up_cursor
                                        where name = :name and completed_at > now() - make_interval(secs => :within))
                        """)
                .bind("name", name)
                .bind("within", within.toSeconds())
                .mapTo(Boolean.class)
                .one());
    }

    Cursor read(String name, Duration freshFor) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select position, seen_until, coalesce(completed_at > now() - make_interval(secs => :fresh), false) as fresh
                          from mautic_sync.catch_up_cursor where name = :name
                        """)
                .bind("name", name)
                .bind("fresh", freshFor.toSeconds())
                .map((row, context) -> {
                    Timestamp seen = row.getTimestamp("seen_until");
                    return new Cursor(
                            row.getLong("position"), seen == null ? null : seen.toInstant(), row.getBoolean("fresh"));
                })
                .findOne()
                .orElse(new Cursor(0, null, false)));
    }

    /** Moves the cursor, in the transaction that applies the page. */
    void advance(Handle handle, String name, long position) {
        held(handle.createUpdate("with " + HELD + """
                         insert into mautic_sync.catch_up_cursor (name, position) select :name, :position from held
                        on conflict (name) do update set position = excluded.position
                        """).bind("name", name).bind("position", position));
    }

    /** The reading is complete; the next one begins after this position. */
    void complete(String name, long position) {
        jdbi.useHandle(handle -> held(
                handle.createUpdate("with " + HELD + """
                         insert into mautic_sync.catch_up_cursor (name, position, completed_at)
                        select :name, :position, now() from held
                        on conflict (name) do update set position = excluded.position, completed_at = now()
                        """).bind("name", name).bind("position", position)));
    }

    /** A table was read up to this id, at this time. */
    void reached(String name, long position, Instant at) {
        jdbi.useHandle(handle -> held(handle.createUpdate("with " + HELD + """
                         insert into mautic_sync.catch_up_cursor (name, position, seen_until, completed_at)
                        select :name, :position, :at, now() from held
                        on conflict (name) do update
                           set position = excluded.position, seen_until = excluded.seen_until, completed_at = now()
                        """)
                .bind("name", name)
                .bind("position", position)
                .bind("at", Timestamp.from(at))));
    }

    /** Everything up to this time was read. */
    void seenUntil(String name, Instant time) {
        jdbi.useHandle(handle -> held(
                handle.createUpdate("with " + HELD + """
                         insert into mautic_sync.catch_up_cursor (name, seen_until, completed_at)
                        select :name, :time, now() from held
                        on conflict (name) do update set seen_until = excluded.seen_until, completed_at = now()
                        """).bind("name", name).bind("time", Timestamp.from(time))));
    }

    /** Deletes all cursors: they are positions in the tables of one Mautic instance. */
    public static void forget(Handle handle) {
        handle.execute("delete from mautic_sync.catch_up_cursor");
    }

    /** All readings begin at the start of their tables. */
    void restart() {
        jdbi.useHandle(handle -> handle.createUpdate("with " + HELD + """
                         update mautic_sync.catch_up_cursor c set position = 0,
                               completed_at = case when c.name like '%.sweep' then null else c.completed_at end
                          from held
                        """)
                .bind("token", lease.token())
                .execute());
    }

    private void held(Update update) {
        if (update.bind("token", lease.token()).execute() == 0) {
            throw new LeaseLostException(lease.token());
        }
    }

    /**
     * How far a reading is.
     *
     * @param position the id after which it continues
     * @param seenUntil for a reading by time: the time up to which it read; for a position that was reached: when that
     *     was; null before the first reading
     * @param fresh whether it was completed recently
     */
    record Cursor(long position, @Nullable Instant seenUntil, boolean fresh) {}
}
