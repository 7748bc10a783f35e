package app.gigpigs.mauticsync.status;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.ChangeTriggers;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * Whether opt-outs in the CRM reach Mautic within seconds.
 *
 * @param withoutTriggers tables of the CRM whose changes wait for the next run
 * @param waiting how many entries wait to be looked at
 * @param since when the oldest of them came
 * @param held whether more customers changed at once than the safety limit allows, so that the next run decides
 */
public record OutboxStatus(List<String> withoutTriggers, long waiting, Optional<Instant> since, boolean held) {
    /** Reads it from the database. */
    public static OutboxStatus of(Jdbi jdbi, CrmNames crm) {
        return jdbi.withHandle(handle -> {
            List<String> missing = new ChangeTriggers(crm).missing(handle);
            return handle.createQuery("""
                            select count(*) filter (where state = 'pending') as waiting,
                                   min(created_at) filter (where state = 'pending') as since,
                                   count(*) filter (where kind = 'overflow') > 0 as held
                              from mautic_sync.outbox
                            """)
                    .map((row, context) -> new OutboxStatus(
                            missing,
                            row.getLong("waiting"),
                            Optional.ofNullable(row.getObject("since", OffsetDateTime.class))
                                    .map(OffsetDateTime::toInstant),
                            row.getBoolean("held")))
                    .one();
        });
    }

    /** As text. */
    public String message() {
        return (withoutTriggers.isEmpty()
                        ? "reach Mautic within seconds while serve runs"
                        : "wait for the next run: no trigger on " + String.join(", ", withoutTriggers)
                                + ", see ./mautic-sync doctor")
                + (waiting == 0 ? "" : ", " + waiting + " changes waiting")
                + (held ? ", more changed at once than the safety limit allows: the next run decides" : "");
    }
}
