package app.gigpigs.mauticsync.consent.suppression.list;

/** The file is no list of addresses, or a person has to say what it means. The message has no address of it. */
public final class UnusableListException extends IllegalArgumentException {
    UnusableListException(String message) {
        super(message);
    }

    UnusableListException(String message, Throwable cause) {
        super(message, cause);
    }
}
