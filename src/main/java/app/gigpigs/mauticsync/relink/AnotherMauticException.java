package app.gigpigs.mauticsync.relink;

/** The stored ids are those of another Mautic: to go on would reach strangers. The message says so, with the way out. */
public final class AnotherMauticException extends RuntimeException {
    AnotherMauticException(String message) {
        super(message);
    }
}
