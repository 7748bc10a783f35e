package app.gigpigs.mauticsync.instance;

import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.LeaseLostException;
import app.gigpigs.mauticsync.runs.Sleeper;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Forgets what was known of one Mautic, because another one takes its place: the next run looks everybody up again, as
 * on a new installation. What people did and said stays. All of it happens in one transaction, while no run pushes and
 * nobody catches up.
 */
public final class InstanceSwitch {
    private final Jdbi jdbi;
    private final Sleeper pause;
    private final Runnable inbox;

    /**
     * Forgets nothing yet.
     *
     * @param inbox works off what waits in the inbox: it came from the Mautic before, and is read by that one's ids
     */
    public InstanceSwitch(Jdbi jdbi, Sleeper pause, Runnable inbox) {
        this.jdbi = jdbi;
        this.pause = pause;
        this.inbox = inbox;
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

    private static Known forget(Handle handle) {
        // The role's time limit is meant for single statements of a run; this reads every event.
        handle.execute("select set_config('statement_timeout', '0', true)");
        // Whoever works on a delivery ends first, and nobody begins: an event would be stored under an old id.
        handle.execute("lock table mautic_sync.inbox in exclusive mode");
        Known known = known(handle);
        int number = handle.createQuery("insert into mautic_sync.instance default values returning number")
                .mapTo(Integer.class)
                .one();
        giveUp(handle);
        putEventsAway(handle, number);
        forgetCustomers(handle);
        forgetReadings(handle);
        return known;
    }

    private static Known known(Handle handle) {
        return handle.createQuery("""
                        select (select count(mautic_contact_id) from public.mautic_sync_status) as contacts,
                               (select count(*) from mautic_sync.segment_link) as segments,
                               (select count(*) from mautic_sync.overwritten_values where undone_at is null) as overwritten,
                               (select count(*) from public.customer_email_engagement
                                 where event_key !~ '^old[0-9]+:') as events,
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

    /** What could not be worked off: its ids would name strangers by now. */
    private static void giveUp(Handle handle) {
        handle.execute("""
                update mautic_sync.inbox
                   set state = 'dead', last_error = 'came before ./mautic-sync switch-instance, from the Mautic before'
                 where state <> 'processed'
                """);
    }

    /** The events stay, and none of their ids can be taken for one of the new Mautic's. */
    private static void putEventsAway(Handle handle, int number) {
        handle.createUpdate("""
                        update public.customer_email_engagement
                           set event_key = 'old' || :number || ':' || event_key,
                               mautic_email_id = regexp_replace(mautic_email_id, '^(?=[0-9]+$)', 'old' || :number || ':'),
                               mautic_contact_id = case when mautic_contact_id > 0
                                 then -(mautic_contact_id + (:number - 1) * 10000000000)
                                 else mautic_contact_id end
                         where event_key is null or event_key !~ '^old[0-9]+:'
                        """).bind("number", number).execute();
        handle.execute("delete from mautic_sync.bounce_report");
        handle.execute("delete from mautic_sync.email_name");
    }

    /**
     * Whoever had a contact is looked up by the own id, as after a write that was cut off, those who are skipped or gone
     * once more: a Mautic that was restored may mail them again.
     */
    private static void forgetCustomers(Handle handle) {
        handle.execute("""
                update public.mautic_sync_status
                   set in_flight_until = case when mautic_contact_id is not null then now() end,
                       state = case when state in ('skipped', 'removed') and mautic_contact_id is null
                                    then state else 'pending' end,
                       sync_error = case when state in ('skipped', 'removed') and mautic_contact_id is null
                                         then sync_error end,
                       mautic_contact_id = null, sync_hash = null, attempted_hash = null, last_synced_at = null,
                       attempts = 0, next_attempt_at = null, synced_email = null, synced_segments = '{}',
                       do_not_contact_reason = null, warnings = '{}', updated_at = now()
                """);
        handle.execute("delete from mautic_sync.sent_values");
        handle.execute("delete from mautic_sync.overwritten_values");
        // So are those whom the CRM deleted.
        handle.execute("""
                update mautic_sync.deleted_customer
                   set mautic_contact_id = null, synced_segments = '{}', state = 'pending'
                """);
    }

    private static void forgetReadings(Handle handle) {
        handle.execute("delete from mautic_sync.segment_link");
        handle.execute("delete from mautic_sync.catch_up_cursor");
        handle.execute("delete from mautic_sync.webhook_health");
    }

    /** Asked at the end: a lease that was lost meanwhile means that somebody else has begun. */
    private static void held(Handle handle, String name, Lease lease) {
        boolean conflict = handle.createQuery("""
                        select exists (select from mautic_sync.lease
                                        where name = :name and token = :token and expires_at > clock_timestamp())
                        """)
                .bind("name", name)
                .bind("token", lease.token())
                .mapTo(Boolean.class)
                .one();
        if (!conflict) {
            throw new LeaseLostException(lease.token());
        }
    }

    /**
     * What is known of a Mautic.
     *
     * @param contacts customers that are linked to a contact
     * @param overwritten contacts whose former values are kept for undo
     * @param events that stay, under keys of their own
     * @param deliveries in the inbox that are not worked off
     */
    public record Known(long contacts, long segments, long overwritten, long events, long deliveries) {}
}
