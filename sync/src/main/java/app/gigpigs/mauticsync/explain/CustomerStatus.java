package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SkipReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What the last runs stored about a customer in public.mautic_sync_status.
 *
 * @param state synced, rejected, skipped, removed, pending, or null when no run has looked at it
 * @param contactId its contact, or null
 * @param sentAt when it was last sent successfully
 * @param error the last error
 * @param nextAttempt when a rejected customer is tried again unchanged, or when a write in flight is certainly over
 */
public record CustomerStatus(
        @Nullable String state,
        @Nullable Long contactId,
        @Nullable Instant sentAt,
        @Nullable String error,
        @Nullable Instant nextAttempt) {

    static CustomerStatus of(Jdbi jdbi, CustomerId customer) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select state, mautic_contact_id, last_synced_at, sync_error, skip_reason, address_owner,
                               coalesce(case when in_flight_until > now() then in_flight_until end,
                                        next_attempt_at) as next_attempt_at
                          from public.mautic_sync_status where customer_id = :customer
                        """)
                .bind("customer", customer)
                .map((row, context) -> {
                    Integer contactId = row.getObject("mautic_contact_id", Integer.class);
                    return new CustomerStatus(
                            row.getString("state"),
                            contactId == null ? null : contactId.longValue(),
                            instant(row.getObject("last_synced_at", OffsetDateTime.class)),
                            why(row),
                            instant(row.getObject("next_attempt_at", OffsetDateTime.class)));
                })
                .findOne()
                .orElse(new CustomerStatus(null, null, null, null, null)));
    }

    private static @Nullable String why(ResultSet row) throws SQLException {
        String skip = row.getString("skip_reason");
        if (skip != null) {
            String owner = row.getString("address_owner");
            return SkipReason.of(skip).message(owner == null ? null : new CustomerId(owner));
        }
        return row.getString("state").equals("removed") ? "no longer in the CRM's view" : row.getString("sync_error");
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
