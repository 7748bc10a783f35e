package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.contact.Mapping;
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
public record AddressFaults(long customers, long without, long malformed, long shared, long doubled) {
    /** Counts them. */
    public static AddressFaults of(Jdbi jdbi, Mapping mapping) {
        return jdbi.withHandle(handle -> handle.createQuery(new SourceSql(mapping).faults())
                .map((row, context) -> new AddressFaults(
                        row.getLong("customers"),
                        row.getLong("without"),
                        row.getLong("malformed"),
                        row.getLong("shared"),
                        row.getLong("doubled")))
                .one());
    }
}
