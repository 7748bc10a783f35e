package app.gigpigs.mauticsync.status;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.runs.Waits;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * How everything is, without personal data: what the command status, {@code /status}, the metrics and the alerts show.
 *
 * @param waits what is waited for at the moment
 */
public record StatusReport(
        RunsStatus runs, CustomerCounts customers, InboundReport inbound, OutboxStatus outbox, List<Waits.Wait> waits) {
    public StatusReport {
        waits = List.copyOf(waits);
    }

    /** Reads it from the database. */
    public static StatusReport of(Jdbi jdbi, CrmNames crm) {
        return new StatusReport(
                RunsStatus.of(jdbi),
                CustomerCounts.of(jdbi),
                InboundReport.of(jdbi),
                OutboxStatus.of(jdbi, crm),
                Waits.now(jdbi));
    }
}
