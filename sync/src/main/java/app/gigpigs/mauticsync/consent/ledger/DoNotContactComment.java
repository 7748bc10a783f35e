package app.gigpigs.mauticsync.consent.ledger;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How our own writes are recognised when Mautic reports them back. */
public final class DoNotContactComment {
    private static final String MARK = " (mautic-sync)";

    /** Of an earlier time of ours: entries that repeat the state of the CRM and nothing that a person did. */
    private static final Set<Consent> OF_THE_CRM =
            Set.of(Consent.OPTED_OUT, Consent.CUSTOMER_DELETED, Consent.NO_OPT_IN);

    /** Mautic's number for a bounce, as a reason of an entry. */
    private static final int BOUNCED = 2;

    private static final Pattern COMPLAINT =
            Pattern.compile("\\bcomplain(?:t|ts|ed)?\\b|^\\s*(?:abuse|fraud|virus)\\s*$", Pattern.CASE_INSENSITIVE);
    private static final Pattern SPAM = Pattern.compile("(?<!not[- ])\\bspam\\b", Pattern.CASE_INSENSITIVE);

    private DoNotContactComment() {}

    /**
     * Whether an entry that others made is a person's complaint; plugins of mail services write only its comment.
     *
     * @param reason of the entry: a server that rejects a mail as spam makes a bounce, which is no person's complaint
     */
    public static boolean isComplaint(long reason, @Nullable String comment) {
        String text = comment == null ? "" : comment;
        return COMPLAINT.matcher(text).find()
                || (reason != BOUNCED && SPAM.matcher(text).find());
    }

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
