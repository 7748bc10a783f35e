package app.gigpigs.mauticsync.mautic;

/** A call to Mautic failed; the message is a sentence that a user can act on. */
public abstract class MauticException extends RuntimeException {
    MauticException(String message) {
        super(message);
    }
}
