package app.gigpigs.mauticsync.inbound.inbox;

import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores deliveries while their sender waits, and a reader's click with it. After the first failure of the database the
 * next deliveries are not tried, but turned away at once, until an attempt in the background succeeds. Thread-safe.
 */
public final class DeliveryStore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeliveryStore.class);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
    /** How old an attempt may be for its result to be told. */
    private static final Duration ATTEMPT_COUNTS = Duration.ofSeconds(5);

    private static final Duration LONGEST_WAIT = Duration.ofMillis(900);

    private static final Failure LATE =
            new Failure(ErrorCode.DATABASE_TIMEOUT, "the database did not store a trial delivery within a second");

    private final Inbox inbox;
    private final ScheduledExecutorService attempts = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "delivery-store");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Failure failing;
    /** Deliveries got no answer; Mautic sends some of them again, and loses others. */
    private final AtomicBoolean turnedAway = new AtomicBoolean();

    private volatile long lastStored = System.nanoTime() - ATTEMPT_COUNTS.toNanos();
    private CompletableFuture<Optional<Failure>> latest = CompletableFuture.completedFuture(Optional.empty());

    /**
     * Stores in this database.
     *
     * @param jdbi with connections of its own and short timeouts
     */
    public DeliveryStore(Jdbi jdbi) {
        this.inbox = new Inbox(jdbi);
    }

    /**
     * Stores a delivery.
     *
     * @return whether it is on disk; otherwise the sender must get no answer
     */
    public boolean store(Consumer<Inbox> delivery) {
        if (failing != null) {
            turnedAway.set(true);
            return false;
        }
        try {
            delivery.accept(inbox);
            lastStored = System.nanoTime();
            return true;
        } catch (RuntimeException e) {
            log.error(new Failure(
                            ErrorCode.DELIVERY_NOT_STORED,
                            "a delivery could not be stored and gets no response; "
                                    + Failure.of(e).line())
                    .line());
            turnedAway.set(true);
            if (RowRejection.of(e).isEmpty()) {
                fails(Failure.of(e));
            }
            return false;
        }
    }

    /**
     * Whether an outage has ended in which deliveries got no answer, since this was last asked. In its immediate mode
     * Mautic sends them only once (seen on 7.0.0), so their events have to be read from its tables.
     */
    public boolean outageEnded() {
        return failing == null && turnedAway.getAndSet(false);
    }

    private synchronized void fails(Failure failure) {
        if (failing == null) {
            failing = failure;
            tryAgain();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // an attempt answers by itself
    private void tryAgain() {
        attempts.schedule(
                () -> {
                    if (attempt().isEmpty()) {
                        failing = null;
                        log.info("deliveries can be stored again");
                    } else {
                        tryAgain();
                    }
                },
                BETWEEN_ATTEMPTS.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private Optional<Failure> attempt() {
        try {
            inbox.tryToAdd();
            lastStored = System.nanoTime();
            return Optional.empty();
        } catch (RuntimeException e) {
            log.debug("no delivery can be stored", e);
            return Optional.of(Failure.of(e));
        }
    }

    /** Whether a delivery can be stored now. Answers within a second, whatever the database does. */
    public boolean ready() {
        return failure().isEmpty();
    }

    /** Why no delivery can be stored now; empty when one can. Answers within a second, whatever the database does. */
    public Optional<Failure> failure() {
        Failure known = failing;
        if (known != null) {
            return Optional.of(known);
        }
        if (System.nanoTime() - lastStored < ATTEMPT_COUNTS.toNanos()) {
            return Optional.empty();
        }
        try {
            return latestResult().get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(LATE);
        } catch (ExecutionException | TimeoutException e) {
            return Optional.of(LATE);
        }
    }

    private synchronized CompletableFuture<Optional<Failure>> latestResult() {
        if (latest.isDone()) {
            latest = CompletableFuture.supplyAsync(this::attempt, attempts);
        }
        return latest;
    }

    @Override
    public void close() {
        attempts.shutdownNow();
    }
}
