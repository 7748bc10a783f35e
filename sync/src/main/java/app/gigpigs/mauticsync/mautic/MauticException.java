package app.gigpigs.mauticsync.mautic;

/** A call to Mautic failed. The message says what a user can do. */
public abstract class MauticException extends RuntimeException {
    MauticException(String message) {
        super(message);
    }
}
