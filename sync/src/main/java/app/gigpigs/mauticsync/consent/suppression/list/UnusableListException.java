package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;

/** The file is no list of addresses, or a person has to say what it means. The message has no address of it. */
public final class UnusableListException extends FailureException {
    UnusableListException(String message) {
        super(ErrorCode.LIST_UNUSABLE, message);
    }

    UnusableListException(String message, Throwable cause) {
        super(ErrorCode.LIST_UNUSABLE, message, cause);
    }
}
