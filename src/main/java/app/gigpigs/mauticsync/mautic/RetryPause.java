package app.gigpigs.mauticsync.mautic;

import java.time.Duration;

/** Waiting between tries, injected so that tests need not. */
@FunctionalInterface
public interface RetryPause {
    /** Lets about that much time pass; whoever gives it adds jitter, so that clients do not come back together. */
    void of(Duration time);
}
