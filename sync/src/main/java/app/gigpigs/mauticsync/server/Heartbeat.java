package app.gigpigs.mauticsync.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** When the scheduler last completed its most frequent task. Thread-safe. */
final class Heartbeat {
    private final InstantSource clock;
    private volatile Instant last;

    Heartbeat(InstantSource clock) {
        this.clock = clock;
        this.last = clock.instant();
    }

    /** Does the work, and beats if it ends without an error. */
    void during(Runnable work) {
        work.run();
        last = clock.instant();
    }

    Duration age() {
        return Duration.between(last, clock.instant());
    }
}
