package app.gigpigs.mauticsync.instance;

/** The stored ids belong to a different Mautic instance: going on would change other people's contacts. */
public final class WrongInstanceException extends RuntimeException {
    WrongInstanceException(String message) {
        super(message);
    }
}
