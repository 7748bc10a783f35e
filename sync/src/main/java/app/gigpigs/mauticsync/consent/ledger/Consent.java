package app.gigpigs.mauticsync.consent.ledger;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether an address may be mailed, and what Mautic is told if not. The database decides, by the one function
 * mautic_sync.consent; its answers are these.
 */
public enum Consent {
    MAILABLE(0, "may be mailed"),
    COMPLAINED(1, "complained"),
    UNSUBSCRIBED(1, "unsubscribed"),
    MANUAL(3, "set by hand earlier"),
    BLOCKED(3, "blocked elsewhere"),
    /** A customer with the address opted out in the CRM. */
    OPTED_OUT(3, "opted out in the CRM"),
    BOUNCED(2, "bounced"),
    /** Of a customer that the CRM deleted. */
    CUSTOMER_DELETED(3, "deleted in the CRM"),
    /** Nobody with the address opted in, and the setting takes that for an opt-out. */
    NO_OPT_IN(3, "no opt-in in the CRM");

    private final int doNotContact;
    private final String message;

    Consent(int doNotContact, String message) {
        this.doNotContact = doNotContact;
        this.message = message;
    }

    /** From what the database has; null means that it may be mailed. */
    public static Consent of(@Nullable String code) {
        return code == null ? MAILABLE : valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** As the database has it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean mailable() {
        return this == MAILABLE;
    }

    /** Whether a person opted out. Then the contact's opt-in field says so too; a bounced address leaves it alone. */
    public boolean optedOut() {
        return switch (this) {
            case COMPLAINED, UNSUBSCRIBED, MANUAL, BLOCKED, OPTED_OUT -> true;
            case MAILABLE, BOUNCED, CUSTOMER_DELETED, NO_OPT_IN -> false;
        };
    }

    /** The statement that it comes from. */
    public Reason stated() {
        return switch (this) {
            case MAILABLE -> throw new IllegalStateException("nothing was stated");
            case COMPLAINED -> Reason.COMPLAINED;
            case UNSUBSCRIBED -> Reason.UNSUBSCRIBED;
            case MANUAL -> Reason.MANUAL;
            case BLOCKED -> Reason.BLOCKED;
            case BOUNCED -> Reason.BOUNCED;
            case OPTED_OUT, NO_OPT_IN -> Reason.CRM;
            case CUSTOMER_DELETED -> Reason.CUSTOMER_DELETED;
        };
    }

    /** The reason of the do-not-contact entry: 1 unsubscribed, 2 bounced, 3 by hand. */
    public int doNotContact() {
        if (mailable()) {
            throw new IllegalStateException("a mailable address gets no do-not-contact; reason 0 would remove one");
        }
        return doNotContact;
    }

    /** The comment of the entry, by which it is known as ours again. */
    public String comment() {
        return DoNotContactComment.of(message);
    }

    /** For people. */
    public String message() {
        return message;
    }

    /** What was sent, as far as it matters: an address that is not mailable for another reason need not be sent again. */
    public String sentAs() {
        if (mailable()) {
            return "mailable";
        }
        return optedOut() ? "opted_out" : "do_not_contact";
    }
}
