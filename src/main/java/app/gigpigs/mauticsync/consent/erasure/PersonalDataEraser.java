package app.gigpigs.mauticsync.consent.erasure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * What our own tables hold of a person: rows that are about the person go, texts that name the person lose the name,
 * deliveries lose the person's events. Reads whole tables: an erasure is rare and must miss nothing.
 */
final class PersonalDataEraser {
    private static final int BODIES_AT_ONCE = 200;
    private static final String REMOVED = "(erased)";

    /** Rows that are about the person, children before their parents. */
    private static final Map<String, String> ROWS = rows();

    private final ErasureRegister erased;

    PersonalDataEraser(ErasureRegister erased) {
        this.erased = erased;
    }

    private static Map<String, String> rows() {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put(
                "mautic_sync.pending_event",
                "lower(btrim(t.email)) = :email or t.customer_ref = any(cast(:customers as text[])) or t.event_id in"
                        + " (select g.id from public.customer_email_engagement g where g.mautic_contact_id = any(:contacts))");
        rows.put(
                "public.customer_email_engagement",
                "t.customer_id = any(:customers) or t.mautic_contact_id = any(:contacts)"
                        + " or lower(t.raw_payload::text) like any(:spellings) or lower(t.link_url) like any(:spellings)"
                        + " or t.raw_payload::text ~* :ids or t.link_url ~* :ids");
        rows.put("mautic_sync.bounce_report", "t.mautic_contact_id = any(:contacts)");
        rows.put(
                "mautic_sync.sent_values",
                "t.customer_id = any(:customers) or lower(t.fields::text) like any(:spellings)");
        rows.put(
                "mautic_sync.overwritten_values",
                "t.customer_id = any(:customers) or t.mautic_contact_id = any(:contacts)"
                        + " or lower(t.fields::text) like any(:spellings)");
        rows.put(
                "public.mautic_sync_status",
                "t.customer_id = any(:customers) and (t.state <> 'skipped' or t.sync_error is distinct from 'erased'"
                        + " or t.mautic_contact_id is not null)");
        rows.put(
                "mautic_sync.deleted_customer",
                "t.customer_id = any(:customers) or t.mautic_contact_id = any(:contacts)");
        return rows;
    }

    /** How many rows of each table there are to remove or to change; tables without any are left out. */
    Map<String, Integer> count(Handle handle, PersonIdentifiers person) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        ROWS.forEach((table, condition) -> {
            int rows = bound(person, handle.createQuery("select count(*)::int from " + table + " t where " + condition))
                    .mapTo(Integer.class)
                    .one();
            counted(counts, table, rows);
        });
        counted(counts, "mautic_sync.inbox", candidates(handle, person).size());
        return counts;
    }

    /** Removes them; the hashes must be there already. Answers the same counts, of what was really removed. */
    Map<String, Integer> remove(Handle handle, PersonIdentifiers person) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        int bodies = 0;
        for (List<Long> some : chunks(candidates(handle, person))) {
            bodies += redact(handle, person, some);
        }
        ROWS.forEach((table, condition) -> counted(
                counts,
                table,
                bound(person, handle.createUpdate("delete from " + table + " t where " + condition))
                        .execute()));
        counted(counts, "mautic_sync.inbox", bodies);
        forgetSentAddress(handle, person);
        counted(counts, "texts", rewrite(handle, person));
        return counts;
    }

    private static void counted(Map<String, Integer> counts, String table, int rows) {
        if (rows > 0) {
            counts.put(table, rows);
        }
    }

    /** Deliveries that may mention the person: by the address in any spelling, or by a number that may be the contact's. */
    private static List<Long> candidates(Handle handle, PersonIdentifiers person) {
        return bound(person, handle.createQuery("""
                        select id from (select id, lower(encode(body, 'escape')) as text from mautic_sync.inbox) t
                         where t.text like any(:escaped) or t.text ~ :ids or t.text ~ :numbers order by id
                        """)).mapTo(Long.class).list();
    }

    private int redact(Handle handle, PersonIdentifiers person, List<Long> ids) {
        DeliveryRedaction redaction = new DeliveryRedaction(erased);
        Map<Long, byte[]> bodies = new LinkedHashMap<>();
        handle.createQuery("select id, body from mautic_sync.inbox where id = any(:ids) order by id for update")
                .bindArray("ids", Long.class, ids.toArray())
                .map((row, context) -> bodies.put(row.getLong("id"), row.getBytes("body")))
                .list();
        int changed = 0;
        for (Map.Entry<Long, byte[]> body : bodies.entrySet()) {
            byte[] rest = redaction.of(handle, body.getValue()).orElse(body.getValue());
            // What is no JSON, or hides the person where nobody would look, goes as a whole.
            byte[] clean = person.isNamedIn(rest) ? "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8) : rest;
            if (clean != body.getValue()) {
                handle.createUpdate("update mautic_sync.inbox set body = :body, headers = '{}' where id = :id")
                        .bind("body", clean)
                        .bind("id", body.getKey())
                        .execute();
                changed++;
            }
        }
        return changed;
    }

    /** A customer who had the address once and has another now is somebody to be sent anew. */
    private static void forgetSentAddress(Handle handle, PersonIdentifiers person) {
        bound(person, handle.createUpdate("""
                        update public.mautic_sync_status t
                           set synced_email = null, sync_hash = null, updated_at = now(),
                               mautic_contact_id = case when t.mautic_contact_id = any(:contacts) then null
                                                        else t.mautic_contact_id end,
                               synced_segments = case when t.mautic_contact_id = any(:contacts) then '{}'
                                                      else t.synced_segments end
                         where lower(btrim(t.synced_email)) = :email or t.mautic_contact_id = any(:contacts)
                        """)).execute();
    }

    private static int rewrite(Handle handle, PersonIdentifiers person) {
        String named = "(?i)" + person.anyName();
        return handle.createUpdate("""
                                update public.mautic_sync_status t
                                   set sync_error = regexp_replace(t.sync_error, :named, :removed, 'g'),
                                       warnings = string_to_array(regexp_replace(
                                         array_to_string(t.warnings, E'\\n'), :named, :removed, 'g'), E'\\n')
                                 where t.sync_error ~ :named or array_to_string(t.warnings, E'\\n') ~ :named
                                """)
                        .bind("named", named)
                        .bind("removed", REMOVED)
                        .execute()
                + handle.createUpdate("""
                                update public.mautic_sync_logs t
                                   set error_details = cast(regexp_replace(t.error_details::text, :named, :removed, 'g') as jsonb)
                                 where t.error_details::text ~ :named
                                """)
                        .bind("named", named)
                        .bind("removed", REMOVED)
                        .execute();
    }

    private static <S extends org.jdbi.v3.core.statement.SqlStatement<S>> S bound(
            PersonIdentifiers person, S statement) {
        return statement
                .bind("email", person.email())
                .bindArray("customers", UUID.class, person.customers().toArray())
                .bindArray("contacts", Long.class, person.contacts().toArray())
                .bind("spellings", like(person.spellings()))
                .bind(
                        "escaped",
                        like(person.spellings().stream()
                                .map(one -> one.replace("\\", "\\\\"))
                                .toList()))
                .bind(
                        "ids",
                        anyOf(person.customers().stream().map(UUID::toString).toList()))
                .bind(
                        "numbers",
                        "(^|[^0-9])"
                                + anyOf(person.contacts().stream()
                                        .map(String::valueOf)
                                        .toList())
                                + "([^0-9]|$)");
    }

    private static String[] like(List<String> texts) {
        return texts.stream()
                .map(text ->
                        "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
                .toArray(String[]::new);
    }

    /** Matches nothing when there is nothing to match. */
    private static String anyOf(List<String> message) {
        return message.isEmpty() ? "(a^)" : "(" + String.join("|", message) + ")";
    }

    private static List<List<Long>> chunks(List<Long> ids) {
        List<List<Long>> chunks = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += BODIES_AT_ONCE) {
            chunks.add(ids.subList(from, Math.min(ids.size(), from + BODIES_AT_ONCE)));
        }
        return chunks;
    }

    /** Text as a regular expression of Postgres that matches just it. */
    static String literal(String text) {
        return text.chars()
                .mapToObj(c -> Character.isLetterOrDigit(c) ? Character.toString(c) : "\\" + (char) c)
                .collect(Collectors.joining());
    }
}
