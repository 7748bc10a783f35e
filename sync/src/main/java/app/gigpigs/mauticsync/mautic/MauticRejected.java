package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;

/** Mautic works and rejects the call: wrong address or credentials, API switched off, no permission. A person must fix it. */
public final class MauticRejected extends MauticException {
    MauticRejected(ErrorCode code, String message) {
        super(code, message);
    }
}
