package app.gigpigs.mauticsync.runs;

import java.time.Duration;

/** Waiting, injected so that tests need not. */
@FunctionalInterface
public interface Sleeper {
    /**
     * Lets that much time pass.
     *
     * @throws StoppedException when this thread was asked to stop while it waited
     */
    void of(Duration time);

    /** Waits on this thread. */
    static Sleeper onThread() {
        return time -> {
            try {
                Thread.sleep(time.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoppedException();
            }
        };
    }

    /** The thread was asked to stop while it waited. */
    final class StoppedException extends RuntimeException {
        StoppedException() {
            super("stopped while waiting");
        }
    }
}
