package app.gigpigs.mauticsync.mautic;

/** Mautic works and rejects the call: wrong address or credentials, API switched off, no permission. A person must fix it. */
public final class MauticRejected extends MauticException {
    MauticRejected(String message) {
        super(message);
    }
}
