package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.mapping.Customer;
import app.gigpigs.mauticsync.mapping.FieldMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A customer as read for sending, with what is remembered of it.
 *
 * @param emailHash a hash of its e-mail address now
 * @param contactId its contact, or null
 */
public record SourceRow(
        Customer customer, long emailHash, @Nullable Long contactId, LastTime lastTime) {

    /** The same row for a person who opted out as another customer with this e-mail address. */
    public SourceRow withSharedOptOut(FieldMap map) {
        Map<String, @Nullable String> columns = new LinkedHashMap<>(customer.columns());
        boolean already = "false".equals(columns.put(map.column(FieldMap.MARKETING_OPT_IN), "false"));
        String hash = already ? customer.hash() : OptOutHash.of(customer.hash());
        return new SourceRow(
                new Customer(customer.id(), hash, columns, customer.segments()), emailHash, contactId, lastTime);
    }

    /**
     * What the last write left.
     *
     * @param segments the segments it was put into
     * @param interrupted the last write was cut off or rejected half-way, so that the segments in Mautic may be different
     * @param attempts how often in a row it was rejected
     */
    public record LastTime(List<String> segments, boolean interrupted, int attempts) {
        public LastTime {
            segments = List.copyOf(segments);
        }
    }
}
