package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.mapping.Customer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A customer as read for sending, with what is remembered of it.
 *
 * @param emailHash a hash of its e-mail address now
 * @param contactId its contact, or null
 * @param consent whether its address may be mailed
 */
public record SourceRow(
        Customer customer, long emailHash, @Nullable Long contactId, Consent consent, LastTime lastTime) {

    /** What is remembered of it once it was sent like this. */
    public SentAs sentAs() {
        return new SentAs(customer.hash(), consent.sentAs());
    }

    /**
     * How a customer was sent.
     *
     * @param hash of its columns
     * @param consent mailable, opted_out or do_not_contact
     */
    public record SentAs(String hash, String consent) {}

    /** The same row with what the ledger and other customers with the address say. */
    public SourceRow with(Consent decided) {
        return new SourceRow(customer, emailHash, contactId, decided, lastTime);
    }

    /**
     * What the last write left.
     *
     * @param segments the segments it was put into
     * @param interrupted the last write was cut off or rejected half-way, so that the segments in Mautic may be different
     * @param attempts how often in a row it was rejected
     * @param address that was sent; null when none is remembered
     */
    public record LastTime(
            List<String> segments,
            boolean interrupted,
            int attempts,
            @Nullable String address) {
        public LastTime {
            segments = List.copyOf(segments);
        }
    }
}
