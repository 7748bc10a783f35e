package app.gigpigs.mauticsync.status;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Whether events from Mautic reach the CRM.
 *
 * @param caughtUp when the tables of Mautic were last read to their end; empty before the first time
 * @param dueSince since when a delivery has been due without being processed; empty when there is none
 * @param dead deliveries that failed too often or cannot be read
 * @param rejected changes to customers that a trigger or a constraint of the CRM rejects; they are tried again
 */
public record InboundStatus(Optional<Instant> caughtUp, Optional<Instant> dueSince, long dead, long rejected) {
    /** Reads it from the database. */
    public static InboundStatus of(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select (select case when count(completed_at) = 3 then min(completed_at) end
                                  from mautic_sync.catch_up_cursor
                                 where name in ('lead_donotcontact', 'page_hits', 'email_stats_devices')) as caught_up,
                               (select min(next_attempt_at) from mautic_sync.inbox
                                 where state = 'pending' and next_attempt_at <= now()) as due_since,
                               (select count(*) from mautic_sync.inbox where state = 'dead') as dead_deliveries,
                               (select count(*) from mautic_sync.pending_event
                                 where waiting_for = 'crm')
                               + (select count(*) from mautic_sync.consent_ledger
                                   where crm_state = 'rejected' and ended_at is null) as rejected
                        """)
                .map((row, context) -> new InboundStatus(
                        instant(row.getObject("caught_up", OffsetDateTime.class)),
                        instant(row.getObject("due_since", OffsetDateTime.class)),
                        row.getLong("dead_deliveries"),
                        row.getLong("rejected")))
                .one());
    }

    private static Optional<Instant> instant(@Nullable OffsetDateTime time) {
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }

    /**
     * Whether events have been waiting for longer than this. It is no delay that the tables were never read to their end:
     * the first time may take hours.
     */
    public boolean stale(Duration after, Instant now) {
        Instant limit = now.minus(after);
        return caughtUp.filter(limit::isAfter).isPresent()
                || dueSince.filter(limit::isAfter).isPresent();
    }

    /** As text, with times in UTC. */
    public String message() {
        return caughtUp.map(at -> "Mautic's tables were read to the end at " + at.truncatedTo(ChronoUnit.SECONDS))
                        .orElse("Mautic's tables were not read to the end yet")
                + ", "
                + dueSince.map(at -> "deliveries pending since " + at.truncatedTo(ChronoUnit.SECONDS))
                        .orElse("no delivery pending")
                + (dead == 0 ? "" : ", " + dead + " dead deliveries, see ./mautic-sync inbox")
                + (rejected == 0 ? "" : ", " + rejected + " changes that the CRM rejects, see ./mautic-sync doctor");
    }
}
