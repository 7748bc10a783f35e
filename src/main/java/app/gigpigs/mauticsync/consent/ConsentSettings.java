package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.consent.ledger.HashKey;
import java.util.Optional;

/**
 * How consent is dealt with.
 *
 * @param key of the hashes of erased and suppressed people, if there is one
 * @param deleted what becomes of the contact of a customer that the CRM deletes
 * @param reconsent what a yes after a no does in Mautic
 */
public record ConsentSettings(Optional<HashKey> key, DeletedCustomers deleted, Reconsent reconsent) {
    /** No key, no mails to those who were deleted, and nothing ever removed. */
    public static final ConsentSettings DEFAULT =
            new ConsentSettings(Optional.empty(), DeletedCustomers.DO_NOT_CONTACT, Reconsent.KEEP);

    /** What becomes of the contact of a customer that the CRM deletes; it leaves our segments in any case. */
    public enum DeletedCustomers {
        /** Nothing else. */
        KEEP,
        /** Mautic mails it no more. */
        DO_NOT_CONTACT,
        /** Mautic forgets it. */
        DELETE
    }

    /** What a yes in the CRM does to the do-not-contact entry that an earlier no has made in Mautic. */
    public enum Reconsent {
        /** Nothing: a person decides. */
        KEEP,
        /** Our own entry is removed, of a contact that no mail was ever sent to. */
        REMOVE_OWN
    }
}
