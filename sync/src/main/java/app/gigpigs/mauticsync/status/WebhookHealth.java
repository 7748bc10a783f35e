package app.gigpigs.mauticsync.status;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * How Mautic's webhook was when a process last looked.
 *
 * @param since since when it is so
 * @param checked when it was last looked at
 */
public record WebhookHealth(boolean healthy, String message, Instant since, Instant checked) {
    /** The last state; empty when nobody looked yet. */
    public static Optional<WebhookHealth> last(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select healthy, message, since, checked_at from mautic_sync.webhook_health")
                .map((row, context) -> new WebhookHealth(
                        row.getBoolean("healthy"),
                        row.getString("message"),
                        row.getObject("since", OffsetDateTime.class).toInstant(),
                        row.getObject("checked_at", OffsetDateTime.class).toInstant()))
                .findOne());
    }
}
