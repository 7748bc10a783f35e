package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mautic.BatchResult;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.runs.Sleeper;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Whether Mautic still works, over all concurrent batches of a run: a server that answers nothing but errors must end
 * the run instead of having every customer count as rejected. Thread-safe.
 */
public final class CircuitBreaker {
    /** More than the calls that halving a batch of 200 down to the one contact that breaks it can take in a row. */
    private static final int ERRORS_IN_A_ROW = 40;

    private static final int UNANSWERED_IN_A_ROW = 3;

    private final Duration firstPause;
    private final Runnable onTrouble;
    private final Sleeper pause;
    private final RandomGenerator random;
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile String lastError = "";

    /**
     * Starts with no errors counted.
     *
     * @param onTrouble is run after every call that failed, on the thread that made it
     */
    public CircuitBreaker(Duration firstPause, Runnable onTrouble, Sleeper pause, RandomGenerator random) {
        this.firstPause = firstPause;
        this.onTrouble = onTrouble;
        this.pause = pause;
        this.random = random;
    }

    /** Takes note of a call's result. */
    void saw(BatchResult result) {
        if (result instanceof BatchResult.Answered) {
            errors.set(0);
            unanswered.set(0);
        } else if (result instanceof BatchResult.Limited) {
            unanswered.set(0);
        } else if (result instanceof BatchResult.Rejected rejected) {
            lastError = rejected.status() + ": " + rejected.message();
            unanswered.set(0);
            errors.incrementAndGet();
            onTrouble.run();
        } else {
            unanswered.incrementAndGet();
            onTrouble.run();
        }
    }

    /**
     * To be called before each batch.
     *
     * @throws MauticUnavailable when Mautic failed too often in a row
     */
    void check() {
        if (unanswered.get() >= UNANSWERED_IN_A_ROW) {
            throw new MauticUnavailable(
                    ErrorCode.MAUTIC_SILENT,
                    "Mautic left " + unanswered.get() + " batch calls in a row without an answer");
        }
        if (errors.get() >= ERRORS_IN_A_ROW) {
            throw new MauticUnavailable(
                    ErrorCode.MAUTIC_ERROR,
                    "Mautic answered " + errors.get() + " batch calls in a row with an error, the last time "
                            + lastError);
        }
    }

    /** Waits as long as Mautic's rate limiter said. */
    void waitFor(Duration time) {
        pause.of(time, "Mautic's rate limiter accepts no calls");
    }

    /** Waits longer each time, with jitter so that concurrent batches do not retry together. */
    void pauseBeforeRetry(int attempt) {
        check();
        double factor = (1 << (attempt - 1)) * (0.5 + random.nextDouble());
        pause.of(Duration.ofMillis((long) (firstPause.toMillis() * factor)));
    }
}
