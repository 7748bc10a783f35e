package app.gigpigs.mauticsync.consent.ledger;

import org.jspecify.annotations.Nullable;

/** How our own writes are recognised when Mautic reports them back. */
public final class DoNotContactComment {
    private static final String MARK = " (mautic-sync)";

    /** The comment of our manual do-not-contact entries; people read it in Mautic's pages. */
    public static final String DO_NOT_CONTACT_COMMENT = "opted out in the CRM" + MARK;

    /** The comment for the contact of a customer that the CRM deleted. */
    public static final String DELETED_COMMENT = "deleted in the CRM" + MARK;

    private DoNotContactComment() {}

    /** The comment of an entry that was imported from another system's list. */
    public static String imported(String message) {
        return message + ", imported" + MARK;
    }

    /** Whether an entry only repeats the state of the CRM; an imported one is ours too, but is a person's own opt-out. */
    public static boolean repeatsTheCrm(@Nullable String comment) {
        return DO_NOT_CONTACT_COMMENT.equals(comment) || DELETED_COMMENT.equals(comment);
    }

    /** Whether a do-not-contact entry with this comment is ours. */
    public static boolean isOurs(@Nullable String comment) {
        return comment != null && comment.endsWith(MARK);
    }
}
