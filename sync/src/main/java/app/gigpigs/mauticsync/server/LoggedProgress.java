package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.runs.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how far a run is: when it begins to push, and then at most once a minute. Thread-safe. */
public final class LoggedProgress implements Progress {
    private static final Logger log = LoggerFactory.getLogger(LoggedProgress.class);
    private static final Duration BETWEEN = Duration.ofMinutes(1);

    private final InstantSource clock;
    private Instant logged = Instant.EPOCH;
    private int expected;
    private int finished;

    public LoggedProgress(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void expect(int customers) {
        if (finished >= expected) {
            // Another run has begun.
            expected = 0;
            finished = 0;
        }
        expected += customers;
    }

    @Override
    public synchronized void done(int customers) {
        finished += customers;
        Instant now = clock.instant();
        if (finished < expected && !now.isBefore(logged.plus(BETWEEN))) {
            log.info("{} of {} customers", finished, expected);
            logged = now;
        }
    }

    @Override
    public void note(String line) {
        log.info("{}", line);
    }
}
