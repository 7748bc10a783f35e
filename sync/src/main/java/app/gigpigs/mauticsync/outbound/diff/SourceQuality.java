package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mapping.Mapping;
import org.jdbi.v3.core.Jdbi;

/**
 * How many of the view's customers cannot be sent as they are, by the same reasons as in {@link ChangeQuery}.
 *
 * @param customers rows of the view
 * @param without no e-mail address
 * @param malformed an address that Mautic would reject or change
 * @param shared their address is another customer's
 * @param doubled rows beyond the first of a customer
 */
public record SourceQuality(long customers, long without, long malformed, long shared, long doubled) {
    /** A customer that shares its address with n others counts once for each customer beyond the first. */
    private static final String COUNTS = """
            select count(*) as customers,
                   count(*) filter (where key is null) as without,
                   count(*) filter (where key is not null and not <key_usable>) as malformed,
                   (count(key) - count(distinct key)) as shared,
                   (count(*) - count(distinct customer_id)) as doubled
              from (select <id> as customer_id, <email_key> as key from <view> v) source
            """;

    /** Counts them. */
    public static SourceQuality of(Jdbi jdbi, Mapping mapping) {
        return jdbi.withHandle(handle -> new CustomerSql(mapping)
                .define(handle.createQuery(COUNTS))
                .define("key_usable", EmailAddress.usableSql("key"))
                .map((row, context) -> new SourceQuality(
                        row.getLong("customers"),
                        row.getLong("without"),
                        row.getLong("malformed"),
                        row.getLong("shared"),
                        row.getLong("doubled")))
                .one());
    }
}
