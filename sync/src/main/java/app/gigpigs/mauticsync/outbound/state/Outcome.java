package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The outcome of one write. */
public sealed interface Outcome {
    /** The write. */
    ContactWrite write();

    /** The customer. */
    default CustomerId customer() {
        return write().customer();
    }

    /**
     * Mautic has the contact as the CRM has the customer, segments included.
     *
     * @param contactId the contact that Mautic answered with, which after a merge is not the one sent
     * @param doNotContact the reason of the do-not-contact entry in Mautic, or null
     */
    record Saved(
            ContactWrite write,
            long contactId,
            How how,
            @Nullable Integer doNotContact) implements Outcome {}

    /** How a contact came to be as it is. */
    enum How {
        CREATED,
        UPDATED,
        MATCHED
    }

    /**
     * Mautic rejected it.
     *
     * @param contactId its contact where it has one
     */
    record Rejected(ContactWrite write, @Nullable Long contactId, Failure failure) implements Outcome {}

    /**
     * Another contact already uses the e-mail address; it may be released later in this run.
     *
     * @param holders the contacts that use the e-mail address
     */
    record Conflict(ContactWrite write, Set<Long> holders, Failure failure) implements Outcome {
        public Conflict {
            holders = Set.copyOf(holders);
        }
    }

    /** Mautic could not be reached, so that certainly nothing happened. */
    record NotSent(ContactWrite write, String reason) implements Outcome {}

    /** The outcome is unknown: the write may still be running in Mautic, and must not be repeated before it is over. */
    record Unknown(ContactWrite write, String reason) implements Outcome {}
}
