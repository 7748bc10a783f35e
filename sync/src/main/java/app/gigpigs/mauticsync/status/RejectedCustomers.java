package app.gigpigs.mauticsync.status;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SkipReason;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Customers whose contact in Mautic differs from the CRM, and why; from public.mautic_sync_status. */
public final class RejectedCustomers {
    private final Jdbi jdbi;

    /** Reads the given database. */
    public RejectedCustomers(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * The customers that Mautic rejected, the latest first.
     *
     * @param most how many at most
     */
    public List<RejectedCustomer> list(int most) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select customer_id, mautic_contact_id, error_code, sync_error, attempts, updated_at, next_attempt_at
                          from public.mautic_sync_status where state = 'rejected'
                         order by updated_at desc, customer_id limit :most
                        """)
                .bind("most", most)
                .map((row, context) -> new RejectedCustomer(
                        new CustomerId(row.getString("customer_id")),
                        row.getObject("mautic_contact_id", Integer.class),
                        new Reason(
                                row.getString("error_code"),
                                Optional.ofNullable(row.getString("sync_error")).orElse("no reason was recorded")),
                        row.getInt("attempts"),
                        instant(row.getObject("next_attempt_at", OffsetDateTime.class))))
                .list());
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    /** How many customers are skipped, by reason. A shared address is one reason, with any other customer. */
    public Map<String, Integer> skipped() {
        Map<String, Integer> skipped = new LinkedHashMap<>();
        counts("""
                select skip_reason as reason, count(*)::int as n
                  from public.mautic_sync_status where state = 'skipped' group by 1 order by 2 desc, 1
                """).forEach((code, customers) -> skipped.put(SkipReason.of(code).message(), customers));
        return skipped;
    }

    /** What was left out of contacts that were synced otherwise, and how often. */
    public Map<String, Integer> warnings() {
        return counts("""
                select w.warning as reason, count(*)::int as n
                  from public.mautic_sync_status st cross join unnest(st.warnings) as w (warning)
                 where st.state = 'synced' group by 1 order by 2 desc, 1 limit 50
                """);
    }

    private Map<String, Integer> counts(String sql) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(sql)
                .map((row, context) -> Map.entry(row.getString("reason"), row.getInt("n")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue())));
        return counts;
    }

    /**
     * A rejected customer.
     *
     * @param contactId its contact, or null
     * @param reason why, from Mautic or from this program
     * @param attempts how often it was rejected in a row
     * @param nextAttempt when it is tried again unchanged; null when only {@code retry} or a change does that
     */
    public record RejectedCustomer(
            CustomerId customer,
            @Nullable Integer contactId,
            Reason reason,
            int attempts,
            @Nullable Instant nextAttempt) {}

    /** Why it is rejected, with the code of the reason, such as MS-323. */
    public record Reason(@Nullable String code, String message) {
        /** As it is shown. */
        public String line() {
            return code == null ? message : code + ": " + message;
        }
    }
}
