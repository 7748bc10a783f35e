package app.gigpigs.mauticsync.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** When the scheduler last looked for tasks that are due. Thread-safe. */
final class Heartbeat {
    private final InstantSource clock;
    private volatile Instant last;

    Heartbeat(InstantSource clock) {
        this.clock = clock;
        this.last = clock.instant();
    }

    void beat() {
        last = clock.instant();
    }

    Duration age() {
        return Duration.between(last, clock.instant());
    }
}
