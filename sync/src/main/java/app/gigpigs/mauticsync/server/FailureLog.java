package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.StopSignal.RunStoppedException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs a failure of repeated work when it begins and when it ends, not at every repetition. Thread-safe. */
final class FailureLog {
    private final Logger log;
    private final String work;
    private @Nullable Failure failing;

    /**
     * Nothing has failed yet.
     *
     * @param work the subject of the sentence, such as "the inbox"
     */
    FailureLog(Logger log, String work) {
        this.log = log;
        this.work = work;
    }

    /** Does the work; when it fails, it is to be repeated. */
    void during(Runnable task) {
        try {
            task.run();
            worked();
        } catch (RunStoppedException e) {
            log.debug("{} ended early: {}", work, e.getMessage());
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** What work it is. */
    String work() {
        return work;
    }

    /** Why the work failed the last time; empty when it did not. */
    synchronized Optional<Failure> current() {
        return Optional.ofNullable(failing);
    }

    private synchronized void worked() {
        if (failing != null) {
            log.info("{} works again", work);
        }
        failing = null;
    }

    private synchronized void failed(RuntimeException e) {
        Failure failure = Failure.of(e);
        if (failing == null || failing.code() != failure.code()) {
            log.warn(failure.with(work + " failed and is tried again: ").line());
        }
        log.debug("{} failed", work, e);
        failing = failure;
    }
}
