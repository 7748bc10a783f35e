package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;

/** A transient failure: Mautic cannot be reached or does not work for the moment. Trying again later makes sense. */
public final class MauticUnavailable extends MauticException {
    /** The message says what happened. */
    public MauticUnavailable(ErrorCode code, String message) {
        super(code, message);
    }
}
