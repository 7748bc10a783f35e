package app.gigpigs.mauticsync.failure;

import org.jspecify.annotations.Nullable;

/** Something that a user can meet went wrong. */
public abstract class FailureException extends RuntimeException {
    private final ErrorCode code;
    private final String message;

    /** @param message for people, without secrets and personal data; a line for each problem */
    protected FailureException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /** The same, with what it came from. */
    protected FailureException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.message = message;
    }

    public final ErrorCode code() {
        return code;
    }

    /** What to tell. */
    public final String message() {
        return message;
    }
}
