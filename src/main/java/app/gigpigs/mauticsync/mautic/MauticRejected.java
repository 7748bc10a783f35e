package app.gigpigs.mauticsync.mautic;

/** Mautic works and says no: wrong address, wrong credentials, API switched off, no permission. Somebody must mend it. */
public final class MauticRejected extends MauticException {
    MauticRejected(String message) {
        super(message);
    }
}
