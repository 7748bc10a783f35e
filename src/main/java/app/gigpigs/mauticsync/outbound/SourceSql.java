package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.contact.FieldMap;
import app.gigpigs.mauticsync.contact.MappedField;
import java.util.stream.Collectors;

/**
 * The SQL over the CRM's view: which columns make the hash, who owns an e-mail address, what changed. Pure text.
 *
 * <p>Times go into the hash as seconds and numbers without trailing zeros, because their text depends on the session's
 * time zone and on how a sum was computed; the row constructor keeps null and empty apart.
 */
final class SourceSql {
    static final String VIEW = "public.customers_crm_v";
    /** Added to a customer's hash while somebody else with the same e-mail address says no. */
    static final String SHARED_NO = "+no";

    private static final String EMAIL = "nullif(btrim(v.email::text, E' \\t\\n\\r\\f'), '')";
    /**
     * What Mautic accepts and keeps as it is: ASCII, since it silently drops every other character, and no slash,
     * which its sanitiser drops too (seen on 5.1.0: "josé@x" became "jos@x", somebody else's address).
     */
    private static final String VALID_EMAIL =
            "'^[a-z0-9!#$%&''*+=?^_`{|}~-]+(\\.[a-z0-9!#$%&''*+=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$'";

    private final FieldMap map;

    SourceSql(FieldMap map) {
        this.map = map;
    }

    /** Rows (action, customer, …) of all that needs doing, and one row (action, null, …, count) for each of the rest. */
    String diff() {
        return """
                with source as materialized (
                  select distinct on (v.id) v.id as customer_id, lower(%1$s) as email_key,
                         v.marketing_opt_in as opt_in, %2$s as hash
                    from %3$s v
                   order by v.id, lower(%1$s)
                ), owned as (
                  select s.*, st.mautic_contact_id, st.synced_email, st.synced_segments, st.sync_hash, st.sync_error,
                         st.state, st.attempted_hash, st.next_attempt_at, st.in_flight_until, st.do_not_contact_reason,
                         first_value(s.customer_id) over claim as owner,
                         bool_and(s.opt_in) over (partition by s.email_key) as opt_in_all
                    from source s
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
                              when r.state = 'refused' and r.attempted_hash = r.hash || r.suffix
                                and r.next_attempt_at > now() and :mode <> 'full' then 'refused'
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
                  from judged where action in ('push', 'skip')
                union all
                select 'gone', st.customer_id, st.mautic_contact_id, null, false, null,
                       (select p.marketing_opt_in is false from public.customer_profiles p where p.id = st.customer_id),
                       st.synced_segments, 1, null, null, st.in_flight_until is not null
                  from public.mautic_sync_status st
                 where st.state <> 'gone' and (st.in_flight_until is null or st.in_flight_until <= now())
                   and not exists (select from source s where s.customer_id = st.customer_id)
                union all
                select action, null, null, null, false, null, false, null, count(*)::int, null, null, false
                  from judged where action not in ('push', 'skip') group by action
                order by 2
                """.formatted(EMAIL, hash(), VIEW, VALID_EMAIL, SHARED_NO);
    }

    /** The rows of a batch, ready to send: payload and hash come from the same statement, so they belong together. */
    String read() {
        String columns = map.fields().stream()
                .map(field -> text(field) + " as " + quoted("c_" + field.column()))
                .collect(Collectors.joining(",\n       "));
        return """
                select distinct on (v.id) v.id as customer_id, %2$s as hash,
                       hashtextextended(lower(%1$s), 0) as email_print,
                       %3$s,
                       coalesce(v.%4$s::text[], '{}') as segments,
                       st.mautic_contact_id, coalesce(st.synced_segments, '{}') as synced_segments,
                       coalesce(st.in_flight_until is not null or st.state = 'refused', false) as interrupted,
                       coalesce(st.attempts, 0) as attempts
                  from %5$s v
                  left join public.mautic_sync_status st on st.customer_id = v.id
                 where v.id = any(:ids)
                 order by v.id, lower(%1$s)
                """.formatted(EMAIL, hash(), columns, quoted(FieldMap.SEGMENTS_COLUMN), VIEW);
    }

    private String hash() {
        String values = map.fields().stream().map(this::text).collect(Collectors.joining(", "));
        return "encode(sha256(convert_to(row('%s', %s, %s)::text, 'UTF8')), 'hex')"
                .formatted(map.fingerprint(), values, sortedSegments());
    }

    /** Sorting costs a subquery a row; most customers have one segment and need none. */
    private static String sortedSegments() {
        String column = "v." + quoted(FieldMap.SEGMENTS_COLUMN) + "::text[]";
        return "case when coalesce(cardinality(%1$s), 0) < 2 then %1$s else array(select distinct name collate \"C\" from unnest(%1$s) as name order by 1) end"
                .formatted(column);
    }

    private String text(MappedField field) {
        String column = "v." + quoted(field.column());
        return switch (field.kind().postgresType()) {
            case TEXT -> field.alias().equals("email") ? EMAIL : column + "::text";
            case UUID, BOOLEAN -> column + "::text";
            case NUMBER -> "trim_scale(" + column + "::numeric)::text";
            case TIME -> "extract(epoch from " + column + ")::text";
        };
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
