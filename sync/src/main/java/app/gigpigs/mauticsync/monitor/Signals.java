package app.gigpigs.mauticsync.monitor;

import app.gigpigs.mauticsync.consent.UnsubscribeSpikes;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Jdbi;

/**
 * What may be worth an alert without being a problem.
 *
 * @param spikes unsubscribe spikes of the last day
 * @param lost events of the last hour that catch-up found and no webhook had brought
 * @param databaseBytes how large the database is
 */
public record Signals(int spikes, long lost, long databaseBytes) {
    private static final Duration SPIKES_OF = Duration.ofDays(1);

    /**
     * Reads them from the database.
     *
     * @param spikeSize this many unsubscribes from one mail within five minutes are a spike
     */
    public static Signals of(Jdbi jdbi, int spikeSize, Instant now) {
        int spikes = (int) new UnsubscribeSpikes(jdbi, spikeSize)
                .list().stream()
                        .filter(spike -> spike.until().isAfter(now.minus(SPIKES_OF)))
                        .count();
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select pg_database_size(current_database()) as bytes,
                               coalesce((select sum((kind.value ->> 'new')::bigint)
                                           from public.mautic_sync_logs l
                                          cross join lateral jsonb_each(l.details) kind
                                          where l.kind = 'catch_up' and l.triggered_by = 'schedule'
                                            and l.run_started_at > now() - interval '1 hour'
                                            and jsonb_typeof(kind.value) = 'object'
                                            and exists (select from mautic_sync.inbox i
                                                         where i.received_at > now() - interval '30 days')), 0) as lost
                        """)
                .map((row, context) -> new Signals(spikes, row.getLong("lost"), row.getLong("bytes")))
                .one());
    }
}
