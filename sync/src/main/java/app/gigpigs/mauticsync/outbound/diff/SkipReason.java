package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a customer is not sent. The database has the code, people read the message. */
public enum SkipReason {
    NO_EMAIL("no e-mail address"),
    MALFORMED_EMAIL("malformed e-mail address"),
    SHARED_EMAIL("shares its e-mail address with another customer"),
    ERASED("erased");

    private final String message;

    SkipReason(String message) {
        this.message = message;
    }

    /** As the database has it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** From what the database has. */
    public static SkipReason of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** For people. */
    public String message() {
        return message;
    }

    /** For people, with the customer that is sent with the address instead, where there is one. */
    public String message(@Nullable CustomerId addressOwner) {
        return addressOwner == null ? message : "shares its e-mail address with customer " + addressOwner;
    }
}
