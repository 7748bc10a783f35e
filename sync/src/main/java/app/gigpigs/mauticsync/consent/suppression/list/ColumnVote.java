package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import app.gigpigs.mauticsync.consent.suppression.list.Meaning.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What one deciding column says about one row.
 *
 * @param reason of an opt-out; null where the column only says that it is one
 */
record ColumnVote(Says says, @Nullable Reason reason) {
    /** From the clearest to the vaguest. */
    enum Says {
        OPTED_OUT,
        UNKNOWN,
        MAILABLE,
        /** An empty cell that means something only if another column decides. */
        EMPTY
    }

    private static final ColumnVote MAILABLE = new ColumnVote(Says.MAILABLE, null);
    private static final ColumnVote UNKNOWN = new ColumnVote(Says.UNKNOWN, null);
    private static final ColumnVote EMPTY = new ColumnVote(Says.EMPTY, null);

    /** As a person is told. */
    String message() {
        return switch (says) {
            case OPTED_OUT -> reason == null ? "opted out" : "opted out (" + Meaning.name(reason) + ")";
            case MAILABLE -> "not opted out";
            case UNKNOWN -> "not understood";
            case EMPTY -> "says nothing";
        };
    }

    static ColumnVote of(ColumnValues values, Use use, String cell, Meaning meaning) {
        if (meaning.kind() == Kind.OPTED_OUT) {
            return new ColumnVote(Says.OPTED_OUT, meaning.reason());
        }
        if (meaning.kind() == Kind.NOT_OPTED_OUT) {
            return MAILABLE;
        }
        return switch (use) {
            case OPTED_OUT -> optedOut(values, meaning.kind());
            case SUBSCRIBED -> subscribed(values, meaning.kind());
            case STATUS -> status(values, meaning.kind());
            case OPT_OUT_REASON -> reason(values, cell, meaning.kind());
            case REASON, REMARK, DATE, IGNORED -> EMPTY;
        };
    }

    private static ColumnVote optedOut(ColumnValues values, Kind kind) {
        return switch (kind) {
            case YES, DATE ->
                new ColumnVote(Says.OPTED_OUT, values.column().header().reason());
            case NO, SUBSCRIBED, NEVER_SUBSCRIBED -> MAILABLE;
            case EMPTY -> values.isEmpty() ? EMPTY : MAILABLE;
            // Do not allow mails: "do not allow". Beside values that opt out it may mean never asked.
            case NOT_SUBSCRIBED ->
                values.hasOptedOut()
                        ? UNKNOWN
                        : new ColumnVote(
                                Says.OPTED_OUT, values.column().header().reason());
            case SMTP_CODE ->
                values.column().header().reason() == Reason.BOUNCED
                        ? new ColumnVote(Says.OPTED_OUT, Reason.BOUNCED)
                        : UNKNOWN;
            default -> UNKNOWN;
        };
    }

    private static ColumnVote subscribed(ColumnValues values, Kind kind) {
        Reason reason = values.column().header().reason();
        return switch (kind) {
            case NO, NOT_SUBSCRIBED -> new ColumnVote(Says.OPTED_OUT, reason == null ? Reason.UNSUBSCRIBED : reason);
            case YES, SUBSCRIBED, NEVER_SUBSCRIBED, DATE -> MAILABLE;
            case EMPTY -> EMPTY;
            default -> UNKNOWN;
        };
    }

    private static ColumnVote status(ColumnValues values, Kind kind) {
        return switch (kind) {
            case SUBSCRIBED, NEVER_SUBSCRIBED -> MAILABLE;
            case SMTP_CODE -> new ColumnVote(Says.OPTED_OUT, Reason.BOUNCED);
            // Beside people who unsubscribed, these never subscribed.
            case NOT_SUBSCRIBED -> values.hasOptedOut() ? MAILABLE : UNKNOWN;
            case EMPTY -> EMPTY;
            default -> UNKNOWN;
        };
    }

    private static ColumnVote reason(ColumnValues values, String cell, Kind kind) {
        if (kind == Kind.EMPTY) {
            return EMPTY;
        }
        Reason named = values.column().header().reason();
        return new ColumnVote(Says.OPTED_OUT, ReasonText.of(cell).orElse(named));
    }
}
