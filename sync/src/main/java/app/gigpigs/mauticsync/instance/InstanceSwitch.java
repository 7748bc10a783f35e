package app.gigpigs.mauticsync.instance;

import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.LeaseLostException;
import app.gigpigs.mauticsync.runs.Sleeper;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Forgets what is stored about one Mautic instance, because a different one takes its place: the next run looks up all
 * customers again, as on a new installation. Events and opt-outs stay. All of it happens in one transaction, while no
 * run pushes and no catch-up reads.
 */
public final class InstanceSwitch {
    private final Jdbi jdbi;
    private final Sleeper pause;
    private final Runnable inbox;
    private final List<InstanceTable> tables;

    /**
     * Forgets nothing yet.
     *
     * @param inbox processes the pending deliveries: they came from the old instance, and are read with its ids
     * @param tables those that hold ids of the Mautic instance, in the order in which they are forgotten
     */
    public InstanceSwitch(Jdbi jdbi, Sleeper pause, Runnable inbox, List<InstanceTable> tables) {
        this.jdbi = jdbi;
        this.pause = pause;
        this.inbox = inbox;
        this.tables = List.copyOf(tables);
    }

    /** What there is to forget; changes nothing. */
    public Known look() {
        return jdbi.withHandle(InstanceSwitch::known);
    }

    /**
     * Forgets.
     *
     * @return empty when a run or a catch-up is alive; nothing was forgotten then
     */
    public Optional<Known> forget() {
        Optional<Lease> outbound = Lease.acquire(jdbi, Lease.OUTBOUND, pause);
        if (outbound.isEmpty()) {
            return Optional.empty();
        }
        try (Lease pushing = outbound.get()) {
            Optional<Lease> inbound = Lease.acquire(jdbi, Lease.CATCH_UP, pause);
            if (inbound.isEmpty()) {
                return Optional.empty();
            }
            try (Lease reading = inbound.get()) {
                inbox.run();
                return Optional.of(jdbi.inTransaction(handle -> {
                    Known known = forget(handle);
                    held(handle, Lease.OUTBOUND, pushing);
                    held(handle, Lease.CATCH_UP, reading);
                    return known;
                }));
            }
        }
    }

    private Known forget(Handle handle) {
        // The role's time limit is meant for single statements of a run; this reads every event.
        handle.execute("select set_config('statement_timeout', '0', true)");
        // Waits for transactions that process a delivery, and lets none begin: an event would be stored under an old
        // id.
        handle.execute("lock table mautic_sync.inbox in exclusive mode");
        Known known = known(handle);
        int number = handle.createQuery("select mautic_sync.current_instance()")
                .mapTo(Integer.class)
                .one();
        handle.createUpdate("insert into mautic_sync.instance (number) values (:next)")
                .bind("next", number + 1)
                .execute();
        tables.forEach(table -> table.forget(handle, number));
        return known;
    }

    private static Known known(Handle handle) {
        return handle.createQuery("""
                        select (select count(mautic_contact_id) from public.mautic_sync_status) as contacts,
                               (select count(*) from mautic_sync.segment_link) as segments,
                               (select count(*) from mautic_sync.overwritten_values where undone_at is null) as overwritten,
                               (select count(*) from public.customer_email_engagement
                                 where instance = mautic_sync.current_instance()) as events,
                               (select count(*) from mautic_sync.inbox where state <> 'processed') as deliveries
                        """)
                .map((row, context) -> new Known(
                        row.getLong("contacts"),
                        row.getLong("segments"),
                        row.getLong("overwritten"),
                        row.getLong("events"),
                        row.getLong("deliveries")))
                .one();
    }

    /** Asked at the end: if a lease was lost meanwhile, another process has started. */
    private static void held(Handle handle, String name, Lease lease) {
        boolean stillHeld = handle.createQuery("""
                        select exists (select from mautic_sync.lease
                                        where name = :name and token = :token and expires_at > clock_timestamp())
                        """)
                .bind("name", name)
                .bind("token", lease.token())
                .mapTo(Boolean.class)
                .one();
        if (!stillHeld) {
            throw new LeaseLostException(lease.token());
        }
    }

    /**
     * What is stored about a Mautic instance.
     *
     * @param contacts customers that are linked to a contact
     * @param overwritten contacts whose former values are kept for undo
     * @param events that stay, as those of the instance before
     * @param deliveries in the inbox that are not processed
     */
    public record Known(long contacts, long segments, long overwritten, long events, long deliveries) {}
}
