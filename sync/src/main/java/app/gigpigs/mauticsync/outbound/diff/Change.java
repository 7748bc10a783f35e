package app.gigpigs.mauticsync.outbound.diff;

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
     * @param optOutOrigin who opted out of marketing, as the CRM has it
     * @param move the e-mail address changed since it was last sent, or null
     */
    record Push(
            CustomerId customer,
            @Nullable Long contactId,
            long emailHash,
            OptOutOrigin optOutOrigin,
            @Nullable Move move)
            implements Change {}

    /** Who opted out of marketing. */
    enum OptOutOrigin {
        NONE,
        /** The customer. */
        OWN,
        /** Another customer with the same address, or an imported list. */
        SHARED
    }

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
     * @param optedOut it opted out of marketing
     */
    record Linked(@Nullable Long contactId, List<String> segments, boolean interrupted, boolean optedOut) {
        public Linked {
            segments = List.copyOf(segments);
        }
    }

    /** The address that a linked customer had, and the one it has now; both in lower case. */
    record Move(String from, String to) {}
}
