package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.EmailAddress;
import java.util.Locale;

/**
 * An address that must not be mailed, from another system's list.
 *
 * @param email the address, in lower case and without blanks around it
 */
public record OptOut(String email, Reason reason) {
    public OptOut {
        email = EmailAddress.normal(email);
    }

    /** Why it is on the list. */
    public enum Reason {
        UNSUBSCRIBED,
        /** The address does not take mails. */
        BOUNCED,
        /** The person reported spam. */
        COMPLAINT,
        /** Somebody put it on the list, or the list does not say why. */
        BLOCKED;

        /** What the ledger says about it. */
        public app.gigpigs.mauticsync.consent.ledger.Reason stated() {
            return switch (this) {
                case UNSUBSCRIBED -> app.gigpigs.mauticsync.consent.ledger.Reason.UNSUBSCRIBED;
                case BOUNCED -> app.gigpigs.mauticsync.consent.ledger.Reason.BOUNCED;
                case COMPLAINT -> app.gigpigs.mauticsync.consent.ledger.Reason.COMPLAINED;
                case BLOCKED -> app.gigpigs.mauticsync.consent.ledger.Reason.BLOCKED;
            };
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
