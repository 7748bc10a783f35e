package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.mapping.Mapping;
import org.jdbi.v3.core.Jdbi;

/**
 * How many of the view's customers cannot be sent as they are, by the reasons of the diff.
 *
 * @param customers rows of the view
 * @param without no e-mail address
 * @param malformed an address that Mautic would not take as it is
 * @param shared their address is another customer's
 * @param doubled rows beyond the first of a customer
 */
public record SourceQuality(long customers, long without, long malformed, long shared, long doubled) {
    /** Counts them. */
    public static SourceQuality of(Jdbi jdbi, Mapping mapping) {
        return jdbi.withHandle(handle -> handle.createQuery(new CustomerSql(mapping).faults())
                .map((row, context) -> new SourceQuality(
                        row.getLong("customers"),
                        row.getLong("without"),
                        row.getLong("malformed"),
                        row.getLong("shared"),
                        row.getLong("doubled")))
                .one());
    }
}
