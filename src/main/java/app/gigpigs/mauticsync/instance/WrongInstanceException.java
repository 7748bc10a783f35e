package app.gigpigs.mauticsync.instance;

/** The stored ids are those of another Mautic: to go on would reach strangers. The message says so, with the way out. */
public final class WrongInstanceException extends RuntimeException {
    WrongInstanceException(String message) {
        super(message);
    }
}
