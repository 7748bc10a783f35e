package app.gigpigs.mauticsync.status;

import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.RunHistory;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * How the way from Mautic to the CRM is.
 *
 * @param tables how far catch-up and the inbox are
 * @param catchUp why the last catch-up did not go through; empty when it did
 * @param lastDelivery when the last delivery was accepted
 * @param webhook how Mautic's webhook was when serve last looked
 */
public record InboundReport(
        InboundStatus tables,
        Optional<Failure> catchUp,
        Optional<Instant> lastDelivery,
        Optional<WebhookHealth> webhook) {
    /** Reads it from the database. */
    public static InboundReport of(Jdbi jdbi) {
        InboundStatus tables = InboundStatus.of(jdbi);
        return new InboundReport(
                tables,
                new RunHistory(jdbi).catchUpFailure(tables.caughtUp().orElse(Instant.EPOCH)),
                lastDelivery(jdbi),
                WebhookHealth.last(jdbi));
    }

    private static Optional<Instant> lastDelivery(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select received_at from mautic_sync.inbox order by received_at desc limit 1")
                .mapTo(OffsetDateTime.class)
                .findOne()
                .map(OffsetDateTime::toInstant));
    }
}
