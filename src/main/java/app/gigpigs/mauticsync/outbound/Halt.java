package app.gigpigs.mauticsync.outbound;

import java.util.Optional;

/** Whether a run should end before its work is done. Asked between batches, from several threads. */
@FunctionalInterface
public interface Halt {
    /** Nothing ends a run. */
    Halt NEVER = Optional::empty;

    /** Why to end after the batch in flight; empty to go on. */
    Optional<String> reason();

    /** A run ended because it was told to; what it had begun is done. */
    final class HaltedException extends RuntimeException {
        HaltedException(String reason) {
            super(reason);
        }
    }
}
