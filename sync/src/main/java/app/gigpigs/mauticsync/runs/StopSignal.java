package app.gigpigs.mauticsync.runs;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;
import java.util.Optional;

/** Whether a run should end before its work is done. Asked between batches, from several threads. */
@FunctionalInterface
public interface StopSignal {
    /** Nothing ends a run. */
    StopSignal NEVER = Optional::empty;

    /** Why to end after the batch in flight; empty to go on. */
    Optional<String> reason();

    /** A run ended because it was told to; what it had begun is done. */
    final class RunStoppedException extends FailureException {
        public RunStoppedException(String reason) {
            super(ErrorCode.STOPPED, reason);
        }
    }
}
