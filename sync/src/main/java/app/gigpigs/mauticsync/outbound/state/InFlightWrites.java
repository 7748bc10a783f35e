package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.diff.SourceRow.SentAs;
import app.gigpigs.mauticsync.runs.Lease;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;

/**
 * The columns in_flight_… of public.mautic_sync_status: which customers' writes may still be running in Mautic. The
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
     * Records the intent to send, before anything is sent: these customers are not sent again until the time is over, or
     * until the contact shows what was sent.
     *
     * @return those that may be sent; a customer that the CRM deleted since, or is changing just now, is not among them
     */
    public Set<CustomerId> begin(Collection<SourceRow> rows) {
        return fence.changed(
                """
                , alive as (
                  select p.<profile_id> as id, s.hash, s.consent
                    from unnest(:ids, :hashes, :consents) as s (customer_id, hash, consent)
                    join <profiles> p on p.<profile_id> = s.customer_id for key share of p skip locked
                )
                insert into public.mautic_sync_status as st (customer_id, in_flight_until, in_flight_hash, in_flight_consent)
                select alive.id, now() + make_interval(secs => :seconds), alive.hash, alive.consent from alive, held
                on conflict (customer_id) do update
                   set in_flight_until = excluded.in_flight_until, in_flight_hash = excluded.in_flight_hash,
                       in_flight_consent = excluded.in_flight_consent, in_flight_call = null, in_flight_position = null,
                       updated_at = now()
                 where st.in_flight_until is null or st.in_flight_until <= now()
                returning st.customer_id
                """,
                statement -> statement
                        .define("profiles", profiles.table().sql())
                        .define("profile_id", ColumnName.quoted(profiles.id()))
                        .bind(
                                "ids",
                                rows.stream().map(row -> row.customer().id()).toArray(CustomerId[]::new))
                        .bind(
                                "hashes",
                                rows.stream().map(row -> row.sentAs().hash()).toArray(String[]::new))
                        .bind(
                                "consents",
                                rows.stream().map(row -> row.sentAs().consent()).toArray(String[]::new))
                        .bind("seconds", unknownOutcomeWait.toSeconds())
                        .mapTo(CustomerId.class)
                        .collect(Collectors.toSet()));
    }

    /** Records right before a call that it creates contacts, in this order; from now on it may go on for the whole time. */
    public void creating(List<CustomerId> customers) {
        fence.update("""
                update public.mautic_sync_status st
                   set in_flight_until = now() + make_interval(secs => :seconds), in_flight_call = :call,
                       in_flight_position = c.position, updated_at = now()
                  from held, unnest(:ids) with ordinality as c (customer_id, position)
                 where st.customer_id = c.customer_id
                """, statement -> sending(statement, customers));
    }

    /** Records right before a call that it changes contacts; from now on it may go on for the whole time. */
    public void editing(List<CustomerId> customers) {
        fence.update("""
                update public.mautic_sync_status st
                   set in_flight_until = now() + make_interval(secs => :seconds), in_flight_call = :call,
                       in_flight_position = null, updated_at = now()
                  from held where st.customer_id = any(:ids)
                """, statement -> sending(statement, customers));
    }

    private Update sending(Update statement, List<CustomerId> customers) {
        return statement
                .bind("seconds", unknownOutcomeWait.toSeconds())
                .bind("call", UUID.randomUUID())
                .bind("ids", customers.toArray(CustomerId[]::new));
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

    /** The writes that may still be running. */
    public List<RunningWrite> running() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select customer_id, in_flight_hash, in_flight_consent, in_flight_call, in_flight_position
                          from public.mautic_sync_status
                         where in_flight_until > now() and in_flight_hash is not null and in_flight_consent is not null
                        """)
                .map((row, context) -> new RunningWrite(
                        new CustomerId(row.getString("customer_id")),
                        new SentAs(row.getString("in_flight_hash"), row.getString("in_flight_consent")),
                        row.getObject("in_flight_call", UUID.class),
                        row.getObject("in_flight_position", Integer.class)))
                .list());
    }

    /** Whether there are writes that are certainly over, and were not looked up since. */
    public boolean anyOver() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select exists (select from public.mautic_sync_status where in_flight_until <= now())")
                .mapTo(Boolean.class)
                .one());
    }

    /** How long until the last write of unknown outcome is certainly over; empty when there is none. */
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
