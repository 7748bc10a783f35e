package app.gigpigs.mauticsync.outbound.diff;

/**
 * The statement that finds what changed: rows (action, customer, …) of all that needs doing, and rows (action, null, …,
 * count) of the rest. Pure text; {@link CustomerSql} fills in the names in angle brackets.
 *
 * <p>Every run looks at all customers, so what all of them go through is cheap: the hash, one join, and which addresses
 * come more than once. Ownership, validity and reasons are worked out only for the few candidates. The order of the parts
 * and each {@code materialized} matter: without them a million customers take many times as long.
 */
final class ChangeQuery {
    /** Every customer of the view, what stands against addresses, and which addresses and ids come more than once. */
    private static final String SOURCE = """
            with source as materialized (
              select <id> as customer_id, <email_key> as email_key, <opt_in> as opt_in, <hash> as hash from <view> v where <id> <> all(:unreadable)
            ), said as materialized (
              select address, array_agg(reason) as reasons from (<every_reason>) every group by address
            ), yes as materialized (
              <every_opt_in>
            ), shared as materialized (
              select email_key from source where email_key is not null group by email_key having count(*) > 1
            ), doubled as materialized (
              select customer_id from source group by customer_id having count(*) > 1
            ),
            """;

    /** Customers that need a decision: changed, not synced, sharing an address, or no longer in the view. */
    private static final String CANDIDATE = """
            candidate as materialized (
              select s.customer_id, s.email_key, s.hash, s.consent, s.sent_as, st.customer_id as known_id
                from (select c.*, <sent_as> as sent_as
                        from (select x.customer_id, x.email_key, x.hash,
                                     case when d.address is null and x.opt_in then null
                                          else mautic_sync.consent(d.reasons, x.opt_in or y.address is not null,
                                                                   x.opt_in is null and y.address is null and <missing_is_no>)
                                     end as consent
                                from source x
                                left join said d on d.address = x.email_key
                                left join yes y on y.address = x.email_key) c) s
                full join public.mautic_sync_status st on st.customer_id = s.customer_id
               where (s.customer_id is null and st.state <> 'removed' and st.customer_id <> all(:unreadable)
                      and (st.in_flight_until is null or st.in_flight_until <= now()))
                  or (s.customer_id is not null
                      and ((st.state = 'synced' and st.sync_hash = s.hash and st.synced_consent = s.sent_as
                            and st.in_flight_until is null and st.resend_reason is null) is not true
                           or (:mode = 'full' and cast(:only as text) is null)
                           or s.customer_id = cast(:only as uuid)
                           or s.email_key in (select email_key from shared)
                           or s.customer_id in (select customer_id from doubled)))
            ),
            """;

    /** One customer owns an address: the one whose contact has it already, else the one with the lowest id. */
    private static final String OWNER = """
            single as (
              select distinct on (customer_id) * from candidate where customer_id is not null
               order by customer_id, email_key
            ), owned as (
              select s.*, st.mautic_contact_id, <synced_key> as synced_key, st.synced_segments, st.sync_hash, st.resend_reason,
                     st.state, st.skip_reason, st.address_owner, st.attempted_hash, st.next_attempt_at, st.retry,
                     st.synced_consent, st.attempted_consent, st.in_flight_until, st.membership_known,
                     first_value(s.customer_id) over claim as owner
                from single s
                left join public.mautic_sync_status st on st.customer_id = s.customer_id
              window claim as (partition by s.email_key
                order by (st.mautic_contact_id is not null and <synced_key> = s.email_key) desc nulls last,
                         s.customer_id)
            ),
            """;

    /** Why a customer cannot be sent. */
    private static final String REASON = """
            reasoned as (
              select o.*,
                     case when o.email_key is null then 'no_email'
                          when not <usable> then 'malformed_email'
                          when o.owner <> o.customer_id then 'shared_email'
                     end as reason
                from owned o
            ),
            """;

    /** Push, skip, or leave alone: skipped before, rejected and waiting, unchanged, in flight. */
    private static final String DECISION = """
            decision as materialized (
              select r.*,
                     case when r.in_flight_until > now() then 'in_flight'
                          when r.reason is not null then
                            case when r.state = 'skipped' and r.skip_reason = r.reason and r.in_flight_until is null
                                   and (r.reason <> 'shared_email' or r.address_owner = r.owner)
                                 then 'skipped' else 'skip' end
                          when r.state = 'rejected' and r.attempted_hash = r.hash
                            and r.attempted_consent is not distinct from r.sent_as
                            and (r.retry = 'on_change' or r.next_attempt_at > now()) and :mode <> 'full' then 'rejected'
                          when r.state = 'synced' and r.sync_hash = r.hash
                            and r.synced_consent = r.sent_as and r.in_flight_until is null and r.resend_reason is null and :mode <> 'full' then 'unchanged'
                          else 'push' end as action
                from reasoned r
            )
            """;

    private static final String CHANGED = """
            select action, customer_id, mautic_contact_id, hashtextextended(email_key, 0) as email_hash,
                   consent, reason, case when reason = 'shared_email' then owner end as address_owner,
                   synced_segments, 1 as customers,
                   case when mautic_contact_id is not null and synced_key <> email_key then synced_key end as moved_from, email_key as moved_to,
                   in_flight_until is not null or membership_known is false as interrupted,
                   consent is null and synced_consent <> 'mailable' as opts_in,
                   mautic_contact_id is not null and synced_key <> email_key
                     and exists (select from public.mautic_sync_status st
                                  where <synced_key> = decision.email_key and st.customer_id <> decision.customer_id
                                    and st.mautic_contact_id is not null) as address_taken
              from decision where action in ('push', 'skip') and (cast(:only as text) is null or customer_id = cast(:only as uuid))
            """;

    private static final String REMOVED = """
            union all
            select 'removed', st.customer_id, st.mautic_contact_id, null, null, null, null,
                   st.synced_segments, 1, null, null, st.in_flight_until is not null or not st.membership_known, false, false
              from candidate c
              join public.mautic_sync_status st on st.customer_id = c.known_id
             where c.customer_id is null and (cast(:only as text) is null or st.customer_id = cast(:only as uuid))
            """;

    /** The counts of those left alone; a customer that is no candidate is unchanged. */
    private static final String COUNTED = """
            union all
            select action, null, null, null, null, null, null, null, count(*)::int, null, null, false, false, false
              from decision
             where action not in ('push', 'skip') and (cast(:only as text) is null or customer_id = cast(:only as uuid))
             group by action
            union all
            select 'unchanged', null, null, null, null, null, null, null,
                   ((select count(*) from source) - (select count(customer_id) from candidate))::int, null, null, false, false, false
             where cast(:only as text) is null
            order by 2
            """;

    /** The whole statement; takes :mode (full or changed), :only (a customer, or null) and :unreadable (customers left out). */
    static final String SQL = SOURCE + CANDIDATE + OWNER + REASON + DECISION + CHANGED + REMOVED + COUNTED;

    private ChangeQuery() {}
}
