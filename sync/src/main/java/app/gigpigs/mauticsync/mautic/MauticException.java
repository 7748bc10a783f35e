package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;

/** A call to Mautic failed. The message says what a user can do. */
public abstract class MauticException extends FailureException {
    MauticException(ErrorCode code, String message) {
        super(code, message);
    }
}
