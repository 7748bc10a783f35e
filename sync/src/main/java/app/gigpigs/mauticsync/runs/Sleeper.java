package app.gigpigs.mauticsync.runs;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;
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

    /**
     * The same; a long one is told.
     *
     * @param why for people, without personal data
     */
    default void of(Duration time, String why) {
        of(time);
    }

    /**
     * Tells of a wait that the caller does by itself.
     *
     * @param atMost when it ends at the latest
     * @return to be run when it has ended
     */
    default Runnable begins(Duration atMost, String why) {
        return () -> {};
    }

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
    final class StoppedException extends FailureException {
        StoppedException() {
            super(ErrorCode.STOPPED, "stopped while waiting");
        }
    }
}
