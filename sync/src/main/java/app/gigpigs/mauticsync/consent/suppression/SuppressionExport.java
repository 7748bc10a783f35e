package app.gigpigs.mauticsync.consent.suppression;

import app.gigpigs.mauticsync.consent.suppression.list.ListWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Writes every address that must not be mailed into a list that other systems take, and that an import reads back the same.
 * The ledger is read as a stream, from one moment.
 */
public final class SuppressionExport {
    /** Other systems know four reasons; the date is the earliest one, in whole seconds. */
    private static final String IN_FORCE = """
            select address, reason, date_trunc('second', min(said_at)) as since
              from (select address, said_at,
                           case reason when 'crm' then 'unsubscribed'
                                       when 'manual' then 'blocked'
                                       when 'customer_deleted' then 'blocked'
                                       else reason
                           end as reason
                      from mautic_sync.consent_ledger
                     where ended_at is null and address is not null) in_force
             group by address, reason
             order by address collate "C", reason
            """;

    private static final int ROWS_AT_ONCE = 1_000;

    private final Jdbi jdbi;

    public SuppressionExport(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * What was written.
     *
     * @param byReason lines of the list
     * @param hashed addresses of which only the hash is kept: people who were erased
     * @param malformed addresses that no system can mail, and no import would take
     */
    public record Report(long addresses, Map<String, Long> byReason, long hashed, long malformed) {}

    /** Writes the list; a file that is there already is left alone. */
    public Report write(Path file) throws IOException {
        try (ListWriter list = ListWriter.create(file)) {
            return jdbi.inTransaction(handle -> write(handle, list));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Report write(Handle handle, ListWriter list) {
        Map<String, Long> byReason = new TreeMap<>();
        long[] malformed = {0};
        long[] addresses = {0};
        String[] last = {""};
        try (Stream<Row> rows = handle
                .createQuery(IN_FORCE)
                .setFetchSize(ROWS_AT_ONCE)
                .map((row, context) -> new Row(
                        row.getString("address"),
                        row.getString("reason"),
                        row.getObject("since", OffsetDateTime.class).toInstant()))
                .stream()) {
            rows.forEach(row -> {
                if (!list.write(row.address(), row.reason(), row.since())) {
                    malformed[0]++;
                    return;
                }
                byReason.merge(row.reason(), 1L, Long::sum);
                addresses[0] += row.address().equals(last[0]) ? 0 : 1;
                last[0] = row.address();
            });
        }
        return new Report(addresses[0], byReason, hashed(handle), malformed[0]);
    }

    private static long hashed(Handle handle) {
        return handle.createQuery("""
                        select count(distinct address_hash) from mautic_sync.consent_ledger
                         where ended_at is null and address_hash is not null
                        """).mapTo(Long.class).one();
    }

    private record Row(String address, String reason, Instant since) {}
}
