package app.gigpigs.mauticsync.runs;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;

/** Another run has taken over; this one must stop without writing anything more. */
public final class LeaseLostException extends FailureException {
    /** Names the token that is no longer the newest. */
    public LeaseLostException(long token) {
        super(
                ErrorCode.RUN_LOST,
                "another run took over (our lease token " + token
                        + " is no longer valid): this run stops, the other finishes the work");
    }
}
