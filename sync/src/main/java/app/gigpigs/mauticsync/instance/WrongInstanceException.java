package app.gigpigs.mauticsync.instance;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;

/** The stored ids belong to a different Mautic instance: going on would change other people's contacts. */
public final class WrongInstanceException extends FailureException {
    WrongInstanceException(String message) {
        super(ErrorCode.MAUTIC_OTHER, message);
    }
}
