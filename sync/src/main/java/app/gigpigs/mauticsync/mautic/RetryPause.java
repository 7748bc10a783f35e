package app.gigpigs.mauticsync.mautic;

import java.time.Duration;

/** Waits between attempts; injected, so that tests do not wait. */
@FunctionalInterface
public interface RetryPause {
    /** Waits about that long. The implementation adds jitter, so that clients do not repeat their calls all at once. */
    void of(Duration time);
}
