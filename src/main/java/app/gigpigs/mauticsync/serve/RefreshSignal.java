package app.gigpigs.mauticsync.serve;

import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/**
 * The table mautic_sync.refresh_run: the CRM inserts a row in the same transaction as each refresh of its data. Looked
 * at every few seconds, because a transaction pooler lets nobody listen.
 */
final class RefreshSignal {
    private final Jdbi jdbi;

    RefreshSignal(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Whether a refresh has been signalled that no run has followed. */
    boolean open() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select exists (select from mautic_sync.refresh_run where consumed_at is null)")
                .mapTo(Boolean.class)
                .one());
    }

    /** Asks for a run; no refresh of the CRM's, so the schedule goes on as it did. */
    void ask() {
        jdbi.useHandle(handle -> handle.execute(
                "insert into mautic_sync.refresh_run (started_at, finished_at) values (now(), 'epoch')"));
    }

    /** Takes all signals so far; answers whether there were any. Of several processes one gets them. */
    boolean take(String by) {
        return jdbi.withHandle(handle -> handle.createUpdate("""
                                update mautic_sync.refresh_run r set consumed_at = now(), consumed_by = :by
                                  from (select id from mautic_sync.refresh_run where consumed_at is null
                                         order by id for update skip locked) open
                                 where r.id = open.id
                                """).bind("by", by).execute()) > 0;
    }

    /** Whether the CRM has signalled a refresh within that time, so that the next one is worth waiting for. */
    boolean usedWithin(Duration time) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select exists (select from mautic_sync.refresh_run
                                        where finished_at > now() - make_interval(secs => :seconds))
                        """)
                .bind("seconds", time.toSeconds())
                .mapTo(Boolean.class)
                .one());
    }

    /** Forgets signals long past. */
    void forget() {
        jdbi.useHandle(handle ->
                handle.execute("delete from mautic_sync.refresh_run where consumed_at < now() - interval '7 days'"));
    }
}
