package app.gigpigs.mauticsync.consent.ledger;

import java.util.Locale;

/**
 * An address that must not be mailed, from another system's list.
 *
 * @param email the address, in lower case and without blanks around it
 */
public record OptOut(String email, Reason reason) {
    public OptOut {
        email = HashKey.normal(email);
    }

    /** Why, and what it becomes in Mautic. A second entry never changes the first (seen on 5.1.0). */
    public enum Reason {
        /** The person opted out: reason 1, which this program never removes. */
        UNSUBSCRIBED(1, "unsubscribed elsewhere"),
        /** The address does not take mails: reason 2. */
        BOUNCED(2, "bounced elsewhere"),
        /** The person reported spam, an opt-out like any other: reason 1. */
        COMPLAINT(1, "complained elsewhere"),
        /** Somebody put it on the list, or the list does not say why: reason 3. */
        BLOCKED(3, "blocked elsewhere");

        private final int mautic;
        private final String message;

        Reason(int mautic, String message) {
            this.mautic = mautic;
            this.message = message;
        }

        public int mautic() {
            return mautic;
        }

        public String comment() {
            return DoNotContactComment.imported(message);
        }

        /** The reason behind a text of the list, such as Brevo's unsubscribedViaEmail, hardBounce or contactFlaggedAsSpam. */
        public static Reason of(String message) {
            String text = message.toLowerCase(Locale.ROOT);
            if (text.contains("bounce") || text.contains("invalid")) {
                return BOUNCED;
            }
            if (text.contains("spam") || text.contains("complain") || text.contains("abuse")) {
                return COMPLAINT;
            }
            return text.contains("unsub") || text.contains("opt") ? UNSUBSCRIBED : BLOCKED;
        }
    }
}
