package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What changed for one customer since it was last sent. */
public sealed interface Change {
    /** The customer. */
    CustomerId customer();

    /**
     * To be sent.
     *
     * @param contactId the linked contact, or null
     * @param emailHash a hash of the e-mail address that the customer owned when it was read
     * @param consent whether the address may be mailed
     * @param move the e-mail address changed since it was last sent, or null
     */
    record Push(
            CustomerId customer,
            @Nullable Long contactId,
            long emailHash,
            Consent consent,
            @Nullable Move move) implements Change {}

    /**
     * Cannot be sent, and was not recorded so before.
     *
     * @param addressOwner who is sent with the shared e-mail address, or null
     */
    record Skip(
            CustomerId customer,
            Linked linked,
            SkipReason reason,
            @Nullable CustomerId addressOwner) implements Change {
        /** Why, for people. */
        public String message() {
            return reason.message(addressOwner);
        }
    }

    /** Was sent once and is no longer in the view. */
    record Removed(CustomerId customer, Linked linked) implements Change {}

    /**
     * What a customer that is no longer sent left in Mautic.
     *
     * @param contactId its contact, or null when it never had one
     * @param segments the segments it was last put into
     * @param interrupted a write was cut off, so that contact and segments may be different
     */
    record Linked(@Nullable Long contactId, List<String> segments, boolean interrupted) {
        public Linked {
            segments = List.copyOf(segments);
        }
    }

    /** The address that a linked customer had, and the one it has now; both in their normal form. */
    record Move(String from, String to) {}
}
