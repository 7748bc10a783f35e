package app.gigpigs.mauticsync.mautic;

import java.time.Duration;

/** Waiting for Mautic; injected, so that tests do not wait. */
@FunctionalInterface
public interface Waiting {
    /**
     * Waits about that long before a call is repeated. The implementation adds jitter, so that clients do not repeat their
     * calls all at once.
     *
     * @param why for people
     */
    void pause(Duration time, String why);

    /**
     * Mautic has not answered for some seconds.
     *
     * @param atMost when the wait ends at the latest
     * @return to be run when it has ended
     */
    default Runnable begins(Duration atMost, String why) {
        return () -> {};
    }
}
