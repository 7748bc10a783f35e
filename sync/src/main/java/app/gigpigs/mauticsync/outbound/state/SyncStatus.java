package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import app.gigpigs.mauticsync.outbound.state.Outcome.Saved;
import app.gigpigs.mauticsync.runs.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The table public.mautic_sync_status: what was sent for each customer, and its outcome. Only a run that holds
 * the lease may write; each statement checks the lease's token itself, so that a run that was superseded changes nothing.
 */
public final class SyncStatus {
    private static final String PUT_BACK = "put back by undo; ./mautic-sync retry sends it again";

    private final Jdbi jdbi;
    private final LeaseFence fence;
    private final CrmNames.Profiles profiles;

    /** Writes under the given lease. */
    public SyncStatus(Jdbi jdbi, Lease lease, CrmNames.Profiles profiles) {
        this.jdbi = jdbi;
        this.fence = new LeaseFence(jdbi, lease);
        this.profiles = profiles;
    }

    /** Remembers what was saved; for a customer deleted since it writes deleted_customer, or its contact would be lost. */
    public void saved(List<Saved> saved) {
        fence.update(
                """
                        , sent as (
                          select * from unnest(:ids, cast(:contacts as int[]), :hashes, :emails, :segments, :warnings,
                                               cast(:reasons as smallint[]), :consents)
                            as s (customer_id, contact_id, hash, email, segments, warnings, reason, consent)
                        ), updated as (
                          update public.mautic_sync_status st
                             set mautic_contact_id = s.contact_id, sync_hash = s.hash, attempted_hash = s.hash, attempted_consent = s.consent,
                                 last_synced_at = now(), error_code = null, sync_error = null, state = 'synced', skip_reason = null,
                                 address_owner = null, attempts = 0, next_attempt_at = null, retry = 'automatic',
                                 in_flight_until = null, in_flight_hash = null, in_flight_consent = null, in_flight_call = null, in_flight_position = null, membership_known = true, resend_reason = null,
                                 synced_email = s.email, synced_consent = s.consent,
                                 synced_segments = string_to_array(s.segments, E'\\n'),
                                 warnings = string_to_array(s.warnings, E'\\n'), updated_at = now(),
                                 do_not_contact_reason = s.reason
                            from sent s, held where st.customer_id = s.customer_id
                          returning st.customer_id
                        )
                        insert into mautic_sync.deleted_customer (customer_id, mautic_contact_id, synced_segments)
                        select s.customer_id, s.contact_id, string_to_array(s.segments, E'\\n') from sent s, held
                         where not exists (select from updated u where u.customer_id = s.customer_id)
                        on conflict (customer_id) do update
                           set mautic_contact_id = excluded.mautic_contact_id,
                               synced_segments = excluded.synced_segments, state = 'pending'
                        """,
                statement -> statement
                        .bind("ids", saved.stream().map(Outcome::customer).toArray(CustomerId[]::new))
                        .bind("contacts", column(saved, s -> text(s.contactId())))
                        .bind(
                                "hashes",
                                column(saved, s -> s.write().row().customer().hash()))
                        .bind("emails", column(saved, s -> s.write().fields().email()))
                        .bind("consents", column(saved, s -> s.write().consent().sentAs()))
                        .bind(
                                "segments",
                                column(saved, s -> String.join("\n", s.write().segments())))
                        .bind("warnings", column(saved, SyncStatus::warnings))
                        .bind("reasons", column(saved, s -> text(s.doNotContact()))));
    }

    private static String warnings(Saved saved) {
        return String.join("\n", saved.write().fields().warnings());
    }

    /** Remembers Mautic's message and when to retry; an unchanged customer is not sent before that. */
    public void rejected(List<Rejected> rejected) {
        fence.update(
                """
                        , rejections as (
                          select * from unnest(:ids, cast(:contacts as int[]), :hashes, :consents, :codes, :message, cast(:pauses as int[]))
                            as r (customer_id, contact_id, hash, consent, code, message, pause)
                        )
                        update public.mautic_sync_status st
                           set state = 'rejected', skip_reason = null, address_owner = null, error_code = r.code, sync_error = r.message,
                               attempts = st.attempts + 1, attempted_hash = r.hash, attempted_consent = r.consent, retry = 'automatic',
                               next_attempt_at = now() + make_interval(secs => r.pause),
                               mautic_contact_id = coalesce(r.contact_id, st.mautic_contact_id),
                               in_flight_until = null, in_flight_hash = null, in_flight_consent = null, in_flight_call = null, in_flight_position = null, membership_known = false, updated_at = now()
                          from rejections r, held where st.customer_id = r.customer_id
                        """,
                statement -> statement
                        .bind("ids", rejected.stream().map(Outcome::customer).toArray(CustomerId[]::new))
                        .bind("contacts", column(rejected, r -> text(r.contactId())))
                        .bind(
                                "hashes",
                                column(rejected, r -> r.write().row().customer().hash()))
                        .bind(
                                "consents",
                                column(rejected, r -> r.write().consent().sentAs()))
                        .bind("codes", column(rejected, r -> r.failure().code().id()))
                        .bind("message", column(rejected, r -> r.failure().message()))
                        .bind("pauses", column(rejected, r -> text(pause(r).toSeconds()))));
    }

    private static Duration pause(Rejected rejected) {
        return RetryDelay.after(rejected.write().row().lastTime().attempts());
    }

    /** Earlier values are back in Mautic: these customers are not sent before they change or retry is run. */
    public void undone(List<OverwrittenValues.Kept> kept) {
        if (kept.isEmpty()) {
            return;
        }
        CustomerId[] customers =
                kept.stream().map(OverwrittenValues.Kept::customer).toArray(CustomerId[]::new);
        fence.update(
                """
                        , undone as (
                          select * from unnest(:ids, cast(:matched as boolean[])) as u (customer_id, matched)
                        )
                        update public.mautic_sync_status st
                           set state = 'rejected', attempted_hash = coalesce(st.sync_hash, st.attempted_hash),
                               attempted_consent = coalesce(st.synced_consent, st.attempted_consent),
                               sync_hash = null, retry = 'on_change', next_attempt_at = null, attempts = 0,
                               skip_reason = null, address_owner = null, resend_reason = null,
                               in_flight_until = null, in_flight_hash = null, in_flight_consent = null, in_flight_call = null, in_flight_position = null, membership_known = false, error_code = :code, sync_error = :message,
                               mautic_contact_id = case when u.matched then null else st.mautic_contact_id end,
                               synced_segments = case when u.matched then '{}' else st.synced_segments end,
                               updated_at = now()
                          from undone u, held where st.customer_id = u.customer_id
                        """,
                statement -> statement
                        .bind("code", ErrorCode.CUSTOMER_UNDONE.id())
                        .bind("message", PUT_BACK)
                        .bind("ids", customers)
                        .bind("matched", column(kept, one -> text(one.matched()))),
                handle -> SentValues.forget(handle, List.of(customers)));
    }

    /** Excluded customers who opted out, while their contact was not seen to have an entry; with their contact. */
    public Map<CustomerId, Long> owingOptOut() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select st.customer_id, st.mautic_contact_id from public.mautic_sync_status st
                          join <profiles> p on p.<profile_id> = st.customer_id and p.<opt_in> is false
                         where st.state in ('skipped', 'removed') and st.mautic_contact_id is not null
                           and st.do_not_contact_reason is null and st.in_flight_until is null
                        """)
                .define("profiles", profiles.table().sql())
                .define("profile_id", ColumnName.quoted(profiles.id()))
                .define("opt_in", ColumnName.quoted(profiles.optIn()))
                .map((row, context) ->
                        Map.entry(new CustomerId(row.getString("customer_id")), row.getLong("mautic_contact_id")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** These contacts have a do-not-contact entry, or were deleted. */
    public void optedOut(Map<Long, Consent> contacts) {
        if (contacts.isEmpty()) {
            return;
        }
        List<Map.Entry<Long, Consent>> list = List.copyOf(contacts.entrySet());
        fence.update(
                """
                        , opted_out as (
                          select * from unnest(cast(:contacts as int[]), cast(:reasons as smallint[])) as o (contact, reason)
                        )
                        update public.mautic_sync_status st set do_not_contact_reason = o.reason, updated_at = now()
                          from opted_out o, held where st.mautic_contact_id = o.contact
                        """,
                statement -> statement
                        .bind("contacts", column(list, one -> text(one.getKey())))
                        .bind("reasons", column(list, one -> text(one.getValue().doNotContact()))));
    }

    /** The do-not-contact entry of this contact was removed in Mautic. */
    public void doNotContactRemoved(long contact) {
        fence.update("""
                        update public.mautic_sync_status st set do_not_contact_reason = null, updated_at = now()
                          from held where st.mautic_contact_id = :contact
                        """, statement -> statement.bind("contact", contact));
    }

    /**
     * Holds the lease until the end of the caller's transaction.
     *
     * @throws app.gigpigs.mauticsync.runs.LeaseLostException when another run has it
     */
    public void requireLease(Handle handle) {
        fence.require(handle);
    }

    /** A segment was deleted in Mautic and created anew: its members have to be added again. */
    public void forgetMembers(String segment) {
        fence.update("""
                        update public.mautic_sync_status st
                           set synced_segments = array_remove(st.synced_segments, :segment),
                               resend_reason = 'segment_recreated', updated_at = now()
                          from held where :segment = any(st.synced_segments)
                        """, statement -> statement.bind("segment", segment));
    }

    /** Customers that are no longer sent: they left our segments, and are sent anew should they come back. */
    public void left(List<ExcludedCustomer> removed) {
        fence.update(
                """
                        , removed as (
                          select d.* from unnest(:ids, :states, :skips, cast(:owners as uuid[]), cast(:reasons as smallint[]))
                            as d (customer_id, state, skip, owner, reason)
                            join <profiles> p on p.<profile_id> = d.customer_id for key share of p skip locked
                        )
                        insert into public.mautic_sync_status as st
                          (customer_id, state, skip_reason, address_owner, do_not_contact_reason)
                        select d.customer_id, d.state, d.skip, d.owner, d.reason from removed d, held
                        on conflict (customer_id) do update
                           set state = excluded.state, skip_reason = excluded.skip_reason,
                               address_owner = excluded.address_owner, error_code = null, sync_error = null, sync_hash = null,
                               attempted_hash = null, attempts = 0, next_attempt_at = null, retry = 'automatic',
                               in_flight_until = null, in_flight_hash = null, in_flight_consent = null, in_flight_call = null, in_flight_position = null, membership_known = true, resend_reason = null,
                               synced_segments = '{}', warnings = '{}', updated_at = now(),
                               do_not_contact_reason =
                                 coalesce(excluded.do_not_contact_reason, st.do_not_contact_reason)
                        """,
                statement -> statement
                        .define("profiles", profiles.table().sql())
                        .define("profile_id", ColumnName.quoted(profiles.id()))
                        .bind(
                                "ids",
                                removed.stream().map(ExcludedCustomer::customer).toArray(CustomerId[]::new))
                        .bind("states", column(removed, ExcludedCustomer::state))
                        .bind("skips", column(removed, ExcludedCustomer::skipReason))
                        .bind("owners", column(removed, one -> text(one.addressOwner())))
                        .bind("reasons", column(removed, one -> text(one.doNotContact()))));
    }

    /** Whether any customer was ever sent. */
    public boolean anySynced() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select exists (select from public.mautic_sync_status where last_synced_at is not null)")
                .mapTo(Boolean.class)
                .one());
    }

    private static <T> String[] column(List<T> rows, Function<T, @Nullable String> value) {
        return rows.stream().map(value).toArray(String[]::new);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : String.valueOf(value);
    }
}
