package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.runs.Lease;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/**
 * The column in_flight_until of public.mautic_sync_status: which customers' writes may still be running in Mautic. The
 * intent is recorded before anything is sent, so that the run after a crash knows what to wait for. Only a run that
 * holds the lease may write here.
 */
public final class InFlightWrites {
    private final Jdbi jdbi;
    private final LeaseFence fence;
    private final Duration unknownOutcomeWait;
    private final CrmNames.Profiles profiles;

    /**
     * Writes under the given lease.
     *
     * @param unknownOutcomeWait how long a write may go on in Mautic after it was sent or its answer was lost
     */
    public InFlightWrites(Jdbi jdbi, Lease lease, Duration unknownOutcomeWait, CrmNames.Profiles profiles) {
        this.jdbi = jdbi;
        this.fence = new LeaseFence(jdbi, lease);
        this.unknownOutcomeWait = unknownOutcomeWait;
        this.profiles = profiles;
    }

    /**
     * Records the intent to send, before anything is sent: these customers are not sent again until the time is over.
     *
     * @return those that may be sent; a customer that the CRM deleted since, or is changing just now, is not among them
     */
    public Set<CustomerId> begin(Collection<CustomerId> customers) {
        return fence.changed(
                """
                , alive as (
                  select p.<profile_id> as id from <profiles> p where p.<profile_id> = any(:ids) for key share skip locked
                )
                insert into public.mautic_sync_status as st (customer_id, in_flight_until)
                select alive.id, now() + make_interval(secs => :seconds) from alive, held
                on conflict (customer_id) do update
                   set in_flight_until = excluded.in_flight_until, updated_at = now()
                 where st.in_flight_until is null or st.in_flight_until <= now()
                returning st.customer_id
                """,
                statement -> statement
                        .define("profiles", profiles.table().sql())
                        .define("profile_id", ColumnName.quoted(profiles.id()))
                        .bind("ids", customers.toArray(CustomerId[]::new))
                        .bind("seconds", unknownOutcomeWait.toSeconds())
                        .mapTo(CustomerId.class)
                        .collect(Collectors.toSet()));
    }

    /** The outcome is unknown: from now on the writes may go on for the whole time again. */
    public void extend(Collection<CustomerId> customers) {
        until(customers, unknownOutcomeWait);
    }

    /** Nothing was sent: the customers may be sent again at once, with the care due to an interrupted write. */
    public void release(Collection<CustomerId> customers) {
        until(customers, Duration.ZERO);
    }

    private void until(Collection<CustomerId> customers, Duration time) {
        fence.update(
                """
                update public.mautic_sync_status st
                   set in_flight_until = now() + make_interval(secs => :seconds), updated_at = now()
                  from held where st.customer_id = any(:ids)
                """,
                statement ->
                        statement.bind("seconds", time.toSeconds()).bind("ids", customers.toArray(CustomerId[]::new)));
    }

    /**
     * How long until the last write of unknown outcome is certainly over; empty when there is none. Zero when that time
     * passed while others were pushed: those customers have not been looked up since.
     */
    public Optional<Duration> remaining() {
        return jdbi.withHandle(
                handle -> handle.createQuery("""
                        select greatest(0, ceil(extract(epoch from max(in_flight_until) - now())))::bigint
                          from public.mautic_sync_status where in_flight_until is not null
                        having count(*) > 0
                        """).mapTo(Long.class).findOne().map(Duration::ofSeconds));
    }

    /** Has the customers of these contacts sent once more, since another customer's write replaced their values. */
    public void resend(Set<Long> contacts) {
        if (!contacts.isEmpty()) {
            fence.update("""
                            update public.mautic_sync_status st
                               set resend_reason = 'contact_deleted', updated_at = now()
                              from held where st.mautic_contact_id = any(:contacts) and st.state = 'synced'
                            """, statement -> statement.bind("contacts", contacts.toArray(Long[]::new)));
        }
    }
}
