package app.gigpigs.mauticsync.runs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of every wait that takes more than a few seconds what it is for and when it ends: once in the log, and in the table
 * mautic_sync.wait for as long as it lasts. Thread-safe.
 */
public final class Waits implements Sleeper {
    private static final Logger log = LoggerFactory.getLogger(Waits.class);
    private static final Duration LONG = Duration.ofSeconds(3);
    /** A reason that comes again and again, such as a slow Mautic, is logged only so often. */
    private static final Duration ONCE_IN = Duration.ofMinutes(10);

    private final Jdbi jdbi;
    private final Sleeper sleeper;
    private final InstantSource clock;
    private final Map<String, Instant> told = new ConcurrentHashMap<>();

    /** Waits with the given sleeper, and tells in the given database. */
    public Waits(Jdbi jdbi, Sleeper sleeper, InstantSource clock) {
        this.jdbi = jdbi;
        this.sleeper = sleeper;
        this.clock = clock;
    }

    @Override
    public void of(Duration time) {
        sleeper.of(time);
    }

    @Override
    public void of(Duration time, String why) {
        if (time.compareTo(LONG) <= 0) {
            sleeper.of(time);
            return;
        }
        Runnable end = begins(time, why);
        try {
            sleeper.of(time);
        } finally {
            end.run();
        }
    }

    @Override
    public Runnable begins(Duration atMost, String why) {
        Instant now = clock.instant();
        Instant until = now.plus(atMost);
        Instant last = told.put(why, now);
        if (last == null || last.plus(ONCE_IN).isBefore(now)) {
            log.info(
                    "waiting until {} at the latest ({} s): {}",
                    until.truncatedTo(ChronoUnit.SECONDS),
                    Math.max(1, atMost.toSeconds()),
                    why);
        }
        Optional<Long> row = add(why, atMost);
        return () -> row.ifPresent(this::remove);
    }

    /** A wait is worth a row, but not a failure: what waits may wait for the database. */
    private Optional<Long> add(String why, Duration atMost) {
        try {
            return jdbi.inTransaction(handle -> {
                handle.execute("delete from mautic_sync.wait where ends_at < now() - interval '1 hour'");
                return Optional.of(handle.createQuery("""
                                insert into mautic_sync.wait (why, ends_at)
                                values (:why, now() + make_interval(secs => :seconds)) returning id
                                """)
                        .bind("why", why)
                        .bind("seconds", atMost.toMillis() / 1000.0)
                        .mapTo(Long.class)
                        .one());
            });
        } catch (JdbiException e) {
            log.debug("the wait could not be stored", e);
            return Optional.empty();
        }
    }

    private void remove(long row) {
        try {
            jdbi.useHandle(handle -> handle.execute("delete from mautic_sync.wait where id = ?", row));
        } catch (JdbiException e) {
            log.debug("the wait could not be removed; it ends by itself", e);
        }
    }

    /** What is waited for at the moment, the longest first. */
    public static List<Wait> now(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select why, min(began_at) as since, max(ends_at) as until
                          from mautic_sync.wait where ends_at > now() group by why order by 2
                        """)
                .map((row, context) -> new Wait(
                        row.getString("why"),
                        row.getObject("since", OffsetDateTime.class).toInstant(),
                        row.getObject("until", OffsetDateTime.class).toInstant()))
                .list());
    }

    /**
     * A wait.
     *
     * @param until when it ends at the latest
     */
    public record Wait(String why, Instant since, Instant until) {}
}
