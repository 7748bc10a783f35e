package app.gigpigs.mauticsync.server;

import java.time.Duration;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/**
 * The table mautic_sync.refresh_signal: the CRM inserts a row in the same transaction as each refresh of its data.
 * Polled every few seconds, because LISTEN does not work through a transaction pooler.
 */
final class RefreshSignal {
    private final Jdbi jdbi;

    RefreshSignal(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The signals that no successful run has followed yet. */
    Set<Long> open() {
        return jdbi.withHandle(
                handle -> handle.createQuery("select id from mautic_sync.refresh_signal where state = 'pending'")
                        .mapTo(Long.class)
                        .set());
    }

    /** Requests a run. This is no refresh of the CRM, so it does not replace the schedule. */
    void ask() {
        jdbi.useHandle(handle -> handle.execute("insert into mautic_sync.refresh_signal (kind) values ('request')"));
    }

    /** Records that a run after these signals was successful. */
    void followed(Set<Long> signals, String by) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        update mautic_sync.refresh_signal set state = 'processed', processed_at = now(), processed_by = :by
                         where id = any(:ids) and state = 'pending'
                        """)
                .bind("by", by)
                .bindArray("ids", Long.class, signals)
                .execute());
    }

    /** Whether the CRM has signalled a refresh within that time, so that the next signal can be waited for. */
    boolean usedWithin(Duration time) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select exists (select from mautic_sync.refresh_signal
                                        where kind = 'refresh' and created_at > now() - make_interval(secs => :seconds))
                        """)
                .bind("seconds", time.toSeconds())
                .mapTo(Boolean.class)
                .one());
    }

    /** Deletes old signals. */
    void forget() {
        jdbi.useHandle(handle -> handle.execute(
                "delete from mautic_sync.refresh_signal where processed_at < now() - interval '7 days'"));
    }
}
