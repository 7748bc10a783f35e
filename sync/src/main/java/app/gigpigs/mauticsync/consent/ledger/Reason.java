package app.gigpigs.mauticsync.consent.ledger;

import java.util.Locale;

/** Why an address must not be mailed: what a statement of the ledger says. */
public enum Reason {
    /** The person used an unsubscribe link or a list said so. */
    UNSUBSCRIBED,
    /** The person reported a mail as spam. */
    COMPLAINED,
    /** The address takes no mails: for good, imported as such, or after as many bounces as the setting says. */
    BOUNCED,
    /** Somebody set do-not-contact in Mautic. */
    MANUAL,
    /** It is on another system's list, which does not say why. */
    BLOCKED,
    /** A customer with the address opted out in the CRM. */
    CRM,
    /** The CRM deleted the customer: an address without one, until a customer has it again and opts in. */
    CUSTOMER_DELETED;

    /** As the database has it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** From what the database has. */
    public static Reason of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** Whether a person opted out, as opposed to an address that does not work or has no customer. */
    public boolean isOptOut() {
        return this != BOUNCED && this != CUSTOMER_DELETED;
    }

    /** Whether the CRM has to take the opt-out over: it said it itself otherwise, or knows the address to be bad. */
    boolean concernsCrm() {
        return isOptOut() && this != CRM;
    }
}
