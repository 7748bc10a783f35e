package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.failure.Failure;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every process does every few seconds or minutes, whatever the others do: it must not wait until a process that was killed is
 * known to be dead.
 */
final class Poller implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Poller.class);
    private final Duration between;
    private final ScheduledExecutorService timer;

    /** @param between two rounds */
    Poller(String name, Duration between) {
        this.between = between;
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, name));
    }

    /**
     * Begins at once.
     *
     * @param work must not throw; if it does, it is logged and repeated
     */
    @SuppressWarnings("FutureReturnValueIgnored") // it never completes
    void start(Runnable work) {
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException | Error e) {
                        // An exception would end the timer without a word.
                        log.error(
                                Failure.of(e)
                                        .with("a poller failed and goes on: ")
                                        .line(),
                                e);
                    }
                },
                0,
                between.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Begins no further round. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
