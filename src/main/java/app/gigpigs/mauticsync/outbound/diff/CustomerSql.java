package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.EmailSql;
import app.gigpigs.mauticsync.mapping.Customer;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import java.util.stream.Collectors;

/**
 * The SQL over the CRM's view: which columns make the hash, who owns an e-mail address, what changed. Pure text.
 *
 * <p>Times go into the hash as seconds and numbers without trailing zeros, because their text depends on the session's
 * time zone and on how a sum was computed; the row constructor keeps null and empty apart.
 */
public final class CustomerSql {
    /**
     * What Mautic accepts and keeps as it is: ASCII, since it silently drops every other character, and no slash,
     * which its sanitiser drops too (seen on 5.1.0: "josé@x" became "jos@x", somebody else's address).
     */
    private static final String VALID_EMAIL =
            "'^[a-z0-9!#$%&''*+=?^_`{|}~-]+(\\.[a-z0-9!#$%&''*+=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$'";

    private final Mapping mapping;
    private final String email;
    private final String id;
    private final String view;
    private final CrmNames.Profiles profiles;

    public CustomerSql(Mapping mapping) {
        this.mapping = mapping;
        this.email = "nullif(" + EmailSql.trimmed("v." + quoted(mapping.fields().column("email"))) + ", '')";
        this.id = "v." + quoted(mapping.fields().column(FieldMap.SUPABASE_ID));
        this.view = mapping.crm().view().sql();
        this.profiles = mapping.crm().profiles();
    }

    /**
     * Rows (action, customer, …) of all that needs doing, and rows (action, null, …, count) of the rest.
     *
     * <p>A million customers are looked at every time, so what all of them go through is cheap: the hash, one join, and
     * which addresses come more than once. Ownership, validity and reasons are for the few that are left open.
     */
    String diff() {
        return """
                with source as materialized (
                  select %6$s as customer_id, lower(%1$s) as email_key, %7$s as opt_in, %2$s as hash from %3$s v
                ), shared as materialized (
                  select email_key from source where email_key is not null group by email_key having count(*) > 1
                ), doubled as materialized (
                  select customer_id from source group by customer_id having count(*) > 1
                ), opened as materialized (
                  select s.customer_id, s.email_key, s.opt_in, s.hash, st.customer_id as known_id
                    from source s
                    full join (select x.customer_id, x.state, x.sync_hash, x.in_flight_until,
                                      x.state = 'removed' and x.mautic_contact_id is not null
                                        and x.do_not_contact_reason is null
                                        and exists (select from %8$s p where p.%10$s = x.customer_id and p.%9$s is false)
                                        as owes_no
                                 from public.mautic_sync_status x) st
                      on st.customer_id = s.customer_id
                   where (s.customer_id is null and (st.state <> 'removed' or st.owes_no)
                          and (st.in_flight_until is null or st.in_flight_until <= now()))
                      or (s.customer_id is not null
                          and ((st.state = 'synced' and st.sync_hash = s.hash and st.in_flight_until is null) is not true
                               or (:mode = 'full' and cast(:only as text) is null)
                               or s.customer_id = cast(:only as uuid)
                               or s.email_key in (select email_key from shared)
                               or s.customer_id in (select customer_id from doubled)))
                ), single as (
                  select distinct on (customer_id) * from opened where customer_id is not null
                   order by customer_id, email_key
                ), owned as (
                  select s.*, st.mautic_contact_id, st.synced_email, st.synced_segments, st.sync_hash, st.sync_error,
                         st.state, st.attempted_hash, st.next_attempt_at, st.in_flight_until, st.do_not_contact_reason,
                         first_value(s.customer_id) over claim as owner,
                         bool_and(s.opt_in) over (partition by s.email_key) as opt_in_all
                    from single s
                    left join public.mautic_sync_status st on st.customer_id = s.customer_id
                  window claim as (partition by s.email_key
                    order by (st.mautic_contact_id is not null and lower(st.synced_email) = s.email_key) desc nulls last,
                             s.customer_id)
                ), reasoned as (
                  select o.*,
                         o.opt_in_all is false and o.opt_in is not false as shared_no,
                         case when o.email_key is null then 'no e-mail address'
                              when o.email_key !~ %4$s or length(o.email_key) > 254
                                or length(split_part(o.email_key, '@', 1)) > 64 then 'malformed e-mail address'
                              when o.owner <> o.customer_id then 'shares its e-mail address with customer ' || o.owner
                         end as reason
                    from owned o
                ), judged as materialized (
                  select r.*,
                         case when r.in_flight_until > now() then 'in_flight'
                              when r.reason is not null then
                                case when r.state = 'skipped' and r.sync_error = r.reason and r.in_flight_until is null
                                       and not (r.opt_in is false and r.mautic_contact_id is not null
                                                and r.do_not_contact_reason is null)
                                     then 'skipped' else 'skip' end
                              when r.state = 'rejected' and r.attempted_hash = r.hash || r.suffix
                                and r.next_attempt_at > now() and :mode <> 'full' then 'rejected'
                              when r.state = 'synced' and r.sync_hash = r.hash || r.suffix
                                and r.in_flight_until is null and :mode <> 'full' then 'unchanged'
                              else 'push' end as action
                    from (select r.*, case when r.shared_no then '%5$s' else '' end as suffix from reasoned r) r
                )
                select action, customer_id, mautic_contact_id, hashtextextended(email_key, 0) as email_print,
                       shared_no, reason, opt_in is false as opted_out, synced_segments, 1 as customers,
                       case when mautic_contact_id is not null and lower(synced_email) <> email_key
                            then lower(synced_email) end as moved_from, email_key as moved_to,
                       in_flight_until is not null as interrupted
                  from judged where action in ('push', 'skip') and (cast(:only as text) is null or customer_id = cast(:only as uuid))
                union all
                select 'removed', st.customer_id, st.mautic_contact_id, null, false, null,
                       (select p.%9$s is false from %8$s p where p.%10$s = st.customer_id),
                       st.synced_segments, 1, null, null, st.in_flight_until is not null
                  from opened o
                  join public.mautic_sync_status st on st.customer_id = o.known_id
                 where o.customer_id is null and (cast(:only as text) is null or st.customer_id = cast(:only as uuid))
                union all
                select action, null, null, null, false, null, false, null, count(*)::int, null, null, false
                  from judged
                 where action not in ('push', 'skip') and (cast(:only as text) is null or customer_id = cast(:only as uuid))
                 group by action
                union all
                select 'unchanged', null, null, null, false, null, false, null,
                       ((select count(*) from source) - (select count(customer_id) from opened))::int, null, null, false
                 where cast(:only as text) is null
                order by 2
                """.formatted(
                        email,
                        hash(),
                        view,
                        VALID_EMAIL,
                        Customer.SHARED_NO,
                        id,
                        "v." + quoted(mapping.fields().column(FieldMap.MARKETING_OPT_IN)),
                        profiles.table().sql(),
                        quoted(profiles.optIn()),
                        quoted(profiles.id()));
    }

    /**
     * The rows of a batch, ready to send: payload and hash come from the same statement, so they belong together. After
     * a merge in Mautic two customers may be linked to one contact; only the first keeps it, the others are looked up.
     */
    String read() {
        String columns = mapping.fields().fields().stream()
                .map(field -> text(field) + " as " + quoted("c_" + field.column()))
                .collect(Collectors.joining(",\n       "));
        return """
                select distinct on (%6$s) %6$s as customer_id, %2$s as hash,
                       hashtextextended(lower(%1$s), 0) as email_print,
                       %3$s,
                       coalesce(v.%4$s::text[], '{}') as segments,
                       case when not exists (select from public.mautic_sync_status o
                                              where o.mautic_contact_id = st.mautic_contact_id
                                                and o.customer_id < st.customer_id and o.state not in ('skipped', 'removed'))
                            then st.mautic_contact_id end as mautic_contact_id,
                       coalesce(st.synced_segments, '{}') as synced_segments,
                       coalesce(st.in_flight_until is not null or st.state = 'rejected', false) as interrupted,
                       coalesce(st.attempts, 0) as attempts
                  from %5$s v
                  left join public.mautic_sync_status st on st.customer_id = %6$s
                 where %6$s = any(:ids)
                 order by %6$s, lower(%1$s)
                """.formatted(email, hash(), columns, quoted(mapping.segments().column()), view, id);
    }

    /** Who has an address in the CRM, in lower case, and whether they say no. */
    String holders() {
        return """
                select %1$s as customer_id, bool_or(v.%2$s is false) as says_no
                  from %3$s v where lower(%4$s) = :email group by 1 order by 1
                """.formatted(id, quoted(mapping.fields().column(FieldMap.MARKETING_OPT_IN)), view, email);
    }

    /** Every customer's hash and address: what any diff has to compute, and the measure of ours. */
    public String hashes() {
        return "select %1$s as customer_id, %2$s as email, %3$s as hash from %4$s v".formatted(id, email, hash(), view);
    }

    /** How many customers have which fault of address; one who shares an address with n others counts n times less one. */
    String faults() {
        return """
                select count(*) as customers,
                       count(*) filter (where key is null) as without,
                       count(*) filter (where key is not null and (key !~ %2$s or length(key) > 254
                                          or length(split_part(key, '@', 1)) > 64)) as malformed,
                       (count(key) - count(distinct key)) as shared,
                       (count(*) - count(distinct customer_id)) as doubled
                  from (select %3$s as customer_id, lower(%1$s) as key from %4$s v) source
                """.formatted(email, VALID_EMAIL, id, view);
    }

    private String hash() {
        String values = mapping.fields().fields().stream().map(this::text).collect(Collectors.joining(", "));
        return "encode(sha256(convert_to(row('%s', %s, %s)::text, 'UTF8')), 'hex')"
                .formatted(mapping.fingerprint(), values, sortedSegments());
    }

    /** Sorting costs a subquery a row; most customers have one segment and need none. */
    private String sortedSegments() {
        String column = "v." + quoted(mapping.segments().column()) + "::text[]";
        return "case when coalesce(cardinality(%1$s), 0) < 2 then %1$s else array(select distinct name collate \"C\" from unnest(%1$s) as name order by 1) end"
                .formatted(column);
    }

    private String text(MappedField field) {
        String column = "v." + quoted(field.column());
        return switch (field.kind().postgresType()) {
            case TEXT -> field.alias().equals("email") ? email : column + "::text";
            case UUID, BOOLEAN -> column + "::text";
            case NUMBER -> "trim_scale(" + column + "::numeric)::text";
            case TIME -> "extract(epoch from " + column + ")::text";
        };
    }

    private static String quoted(String column) {
        return ColumnName.quoted(column);
    }
}
