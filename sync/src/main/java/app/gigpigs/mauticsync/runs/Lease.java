package app.gigpigs.mauticsync.runs;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to push, held by one run at a time in the whole database, across processes and machines. The database's
 * clock decides. The holder renews its row every five seconds, and the row expires after thirty. A second run watches the
 * row: if it is renewed, the holder is alive. Each holder gets a higher token (a fencing token), which its writes check.
 * Thread-safe.
 */
public final class Lease implements AutoCloseable {
    /** The name of the right to push contacts to Mautic; every write of SyncStatus checks it, and it is what is paused. */
    public static final String OUTBOUND = "outbound";

    /** The name of the right to read Mautic's tables into the CRM. */
    public static final String CATCH_UP = "catch_up";

    /** How long a dead holder blocks others; long enough for a pause of the JVM or the database. */
    static final Duration LENGTH = Duration.ofSeconds(30);

    static final Duration RENEWAL = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    /** At this look somebody is told: after three seconds. */
    private static final int TELL = 6;

    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    private final Jdbi jdbi;
    private final String name;
    private final String holder;
    private final long token;
    private final ScheduledExecutorService renewal;

    private Lease(Jdbi jdbi, String name, String holder, long token) {
        this.jdbi = jdbi;
        this.name = name;
        this.holder = holder;
        this.token = token;
        this.renewal = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "lease-renewal");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes the lease, waiting out a holder that has died: for as long as the row is not renewed, at most until it
     * expires.
     *
     * @return empty when another run is alive and holds it
     */
    public static Optional<Lease> acquire(Jdbi jdbi, String name, Sleeper pause) {
        String holder = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        Optional<String> firstSeen = Optional.empty();
        Runnable told = () -> {};
        try {
            for (int look = 1; ; look++) {
                Optional<Long> token = take(jdbi, name, holder);
                if (token.isPresent()) {
                    return Optional.of(new Lease(jdbi, name, holder, token.get()).renewed());
                }
                Optional<String> seen = state(jdbi, name);
                if (firstSeen.isEmpty()) {
                    firstSeen = seen;
                } else if (seen.isPresent() && !seen.equals(firstSeen)) {
                    return Optional.empty();
                }
                if (look == TELL) {
                    told = pause.begins(LENGTH, "another process holds the lease " + name + "; is it alive?");
                }
                pause.of(LOOK_AGAIN);
            }
        } finally {
            told.run();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // renew() handles its own failures; nothing reaches the future
    private Lease renewed() {
        renewal.scheduleAtFixedRate(this::renew, RENEWAL.toMillis(), RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    private static Optional<Long> take(Jdbi jdbi, String name, String holder) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        insert into mautic_sync.lease as l (name, holder, expires_at)
                        values (:name, :holder, now() + make_interval(secs => :seconds))
                        on conflict (name) do update
                           set holder = excluded.holder, expires_at = excluded.expires_at, token = l.token + 1
                         where l.expires_at < now()
                        returning token
                        """)
                .bind("name", name)
                .bind("holder", holder)
                .bind("seconds", LENGTH.toSeconds())
                .mapTo(Long.class)
                .findOne());
    }

    private static Optional<String> state(Jdbi jdbi, String name) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select holder || ' ' || extract(epoch from expires_at) from mautic_sync.lease where name = :name")
                .bind("name", name)
                .mapTo(String.class)
                .findOne());
    }

    /** The fencing token that every write of this run names. */
    public long token() {
        return token;
    }

    /** Once renewed in the background; a lost lease is not an error here: the next fenced write finds out. */
    private void renew() {
        try {
            int conflict = jdbi.withHandle(handle -> handle.createUpdate("""
                            update mautic_sync.lease set expires_at = now() + make_interval(secs => :seconds)
                             where name = :name and holder = :holder and token = :token
                            """)
                    .bind("seconds", LENGTH.toSeconds())
                    .bind("name", name)
                    .bind("holder", holder)
                    .bind("token", token)
                    .execute());
            if (conflict == 0) {
                log.warn(new Failure(
                                ErrorCode.RUN_LOST,
                                "lease " + name + " with token " + token + " was lost to another run")
                        .line());
            }
        } catch (JdbiException e) {
            log.warn(Failure.of(e)
                    .with("lease " + name + " could not be renewed: ")
                    .line());
        }
    }

    /** Gives the lease back, so that the next run need not wait for it to expire. */
    @Override
    public void close() {
        renewal.shutdownNow();
        try {
            jdbi.useHandle(handle -> handle.createUpdate(
                            "update mautic_sync.lease set expires_at = now() - interval '1 second' where name = :name and holder = :holder and token = :token")
                    .bind("name", name)
                    .bind("holder", holder)
                    .bind("token", token)
                    .execute());
        } catch (JdbiException e) {
            log.warn(Failure.of(e)
                    .with("lease " + name + " was not given back and expires by itself: ")
                    .line());
        }
    }
}
