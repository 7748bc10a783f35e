package app.gigpigs.mauticsync.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** When the scheduler last did its shortest task. Thread-safe. */
final class Heartbeat {
    private final InstantSource clock;
    private volatile Instant last;

    Heartbeat(InstantSource clock) {
        this.clock = clock;
        this.last = clock.instant();
    }

    /** Beats when the work is done without an error. */
    void during(Runnable work) {
        work.run();
        last = clock.instant();
    }

    Duration age() {
        return Duration.between(last, clock.instant());
    }
}
