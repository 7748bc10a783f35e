package app.gigpigs.mauticsync.consent.ledger;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How our own writes are recognised when Mautic reports them back. */
public final class DoNotContactComment {
    private static final String MARK = " (mautic-sync)";

    /** Of an earlier time of ours: entries that repeat the state of the CRM and nothing that a person did. */
    private static final Set<Consent> OF_THE_CRM =
            Set.of(Consent.OPTED_OUT, Consent.CUSTOMER_DELETED, Consent.NO_OPT_IN);

    private DoNotContactComment() {}

    static String of(String message) {
        return message + MARK;
    }

    /** Whether an entry only repeats the state of the CRM; others of ours say what a person did. */
    public static boolean repeatsTheCrm(@Nullable String comment) {
        return OF_THE_CRM.stream().anyMatch(one -> one.comment().equals(comment));
    }

    /** What an entry of ours was made for; empty for the entries of others. */
    public static Optional<Consent> consent(@Nullable String comment) {
        return Arrays.stream(Consent.values())
                .filter(one -> !one.mailable() && one.comment().equals(comment))
                .findFirst();
    }

    /** Whether a do-not-contact entry with this comment is ours. */
    public static boolean isOurs(@Nullable String comment) {
        return comment != null && comment.endsWith(MARK);
    }
}
