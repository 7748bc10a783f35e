package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the value of a cell says by itself, whatever its column.
 *
 * @param reason with {@code OPTED_OUT} alone
 * @param since with {@code DATE} alone, where the date can be read
 */
public record Meaning(
        Kind kind, @Nullable Reason reason, @Nullable Instant since) {
    /** In which way a value counts. */
    public enum Kind {
        EMPTY,
        YES,
        NO,
        OPTED_OUT,
        SUBSCRIBED,
        NOT_OPTED_OUT,
        /** Opted out, or never asked: a person has to say which. */
        NOT_SUBSCRIBED,
        /** Never asked, or not yet confirmed: no opt-out. */
        NEVER_SUBSCRIBED,
        DATE,
        /** An SMTP code of failure, where the column may hold one; elsewhere a number. */
        SMTP_CODE,
        /** Says that a list holds both kinds of mail. */
        EITHER,
        /** A number, a link or a long text. */
        DATA,
        UNKNOWN
    }

    /** What {@code --word} can say. */
    private static final Map<String, Meaning> NAMED = Map.of(
            "opted-out", optedOut(Reason.UNSUBSCRIBED),
            "unsubscribed", optedOut(Reason.UNSUBSCRIBED),
            "bounced", optedOut(Reason.BOUNCED),
            "complained", optedOut(Reason.COMPLAINT),
            "blocked", optedOut(Reason.BLOCKED),
            "not-opted-out", of(Kind.NOT_OPTED_OUT));

    static Meaning of(Kind kind) {
        return new Meaning(kind, null, null);
    }

    static Meaning optedOut(Reason reason) {
        return new Meaning(Kind.OPTED_OUT, reason, null);
    }

    static Meaning date(@Nullable Instant since) {
        return new Meaning(Kind.DATE, null, since);
    }

    /**
     * By the name that a person gives it.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public static Meaning named(String name) {
        Meaning meaning = NAMED.get(name.strip().toLowerCase(Locale.ROOT));
        if (meaning == null) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no meaning; there are opted-out, unsubscribed, bounced, complained, blocked,"
                            + " not-opted-out");
        }
        return meaning;
    }

    /** What a person calls a reason. */
    public static String name(Reason reason) {
        return reason == Reason.COMPLAINT ? "complained" : reason.name().toLowerCase(Locale.ROOT);
    }

    /** Whether a value like this decides by itself, in a column of any name. */
    boolean decides() {
        return switch (kind) {
            case OPTED_OUT, SUBSCRIBED, NOT_OPTED_OUT, NOT_SUBSCRIBED, NEVER_SUBSCRIBED -> true;
            case EMPTY, YES, NO, DATE, SMTP_CODE, EITHER, DATA, UNKNOWN -> false;
        };
    }
}
