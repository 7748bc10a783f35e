package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.instance.InstanceTable;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Array;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The table mautic_sync.overwritten_values: the values of Mautic's contacts before a run wrote to them. What people
 * enter in Mautic could not be restored from the CRM.
 */
public final class OverwrittenValues implements PersonalDataTable, InstanceTable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, @Nullable Object>> FIELDS = new TypeReference<>() {};

    private static final String OF_PERSON = "t.customer_id = any(:customers) or t.mautic_contact_id = any(:contacts)"
            + " or lower(t.fields::text) like any(:spellings)";

    private final Jdbi jdbi;

    public OverwrittenValues(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** What one run keeps before it overwrites it. */
    public ForRun of(UUID run, Duration time) {
        forget(time);
        return new ForRun(this, time.isZero() ? Optional.empty() : Optional.of(run));
    }

    /**
     * One run's.
     *
     * @param run empty when nothing is kept
     */
    public record ForRun(OverwrittenValues values, Optional<UUID> run) {
        /** Keeps what will be lost of contacts that are about to be written to; the first time in a run counts. */
        public void keep(List<ContactWrite> writes, List<Contact> contacts) {
            run.ifPresent(id -> values.keep(id, writes, contacts));
        }

        /** Keeps the address of a customer's contact, which is about to be released for another contact. */
        public void keepAddress(CustomerId customer, long contact, String address) {
            run.ifPresent(id ->
                    values.insert(id, List.of(new Kept(customer, contact, false, Map.of("email", address), null))));
        }

        /** Keeps in which of our segments contacts that were matched have been, before they join or leave any. */
        public void keepSegments(Map<CustomerId, Set<String>> before) {
            run.ifPresent(id -> values.keepSegments(id, before));
        }
    }

    private void keep(UUID run, List<ContactWrite> writes, List<Contact> contacts) {
        Map<Long, ContactWrite> byContact = new HashMap<>();
        writes.forEach(write -> byContact.put(Objects.requireNonNull(write.contactId()), write));
        List<Kept> kept = new ArrayList<>();
        for (Contact contact : contacts) {
            ContactWrite write = byContact.get(contact.id());
            Map<String, @Nullable Object> missing = write == null ? Map.of() : lost(write, contact);
            if (write != null && !missing.isEmpty()) {
                kept.add(new Kept(
                        write.customer(), contact.id(), write.origin() == ContactWrite.Origin.MATCHED, missing, null));
            }
        }
        if (!kept.isEmpty()) {
            insert(run, kept);
        }
    }

    /** The consent is left out: putting it back could only turn an opt-out into an opt-in. */
    private static Map<String, @Nullable Object> lost(ContactWrite write, Contact contact) {
        Map<String, @Nullable Object> missing = new LinkedHashMap<>();
        write.fields().values().forEach((alias, value) -> {
            boolean there = contact.values().containsKey(alias);
            if (there
                    && !alias.equals(FieldMap.MARKETING_OPT_IN)
                    && !ContactComparison.identical(alias, value, contact)) {
                missing.put(alias, contact.values().get(alias));
            }
        });
        return missing;
    }

    private void keepSegments(UUID run, Map<CustomerId, Set<String>> before) {
        List<CustomerId> customers = List.copyOf(before.keySet());
        jdbi.useHandle(handle -> handle.createUpdate("""
                        update mautic_sync.overwritten_values o set segments = array(
                          select jsonb_array_elements_text(cast(b.names as jsonb)))
                          from unnest(:ids, :names) as b (customer_id, names)
                         where o.run_id = :run and o.customer_id = b.customer_id and o.matched and o.segments is null
                        """)
                .bind("run", run)
                .bind("ids", customers.toArray(CustomerId[]::new))
                .bind(
                        "names",
                        customers.stream()
                                .map(before::get)
                                .map(OverwrittenValues::json)
                                .toArray(String[]::new))
                .execute());
    }

    private void insert(UUID run, List<Kept> kept) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into mautic_sync.overwritten_values as o (run_id, customer_id, mautic_contact_id, matched, fields)
                        select :run, k.customer_id, k.contact_id, k.matched, cast(k.fields as jsonb)
                          from unnest(:ids, cast(:contacts as int[]), cast(:matched as boolean[]), :fields)
                            as k (customer_id, contact_id, matched, fields)
                          join public.mautic_sync_status st on st.customer_id = k.customer_id for key share of st
                        on conflict (run_id, customer_id) do update set fields = excluded.fields || o.fields
                         where o.mautic_contact_id = excluded.mautic_contact_id
                        """)
                .bind("run", run)
                .bind("ids", kept.stream().map(Kept::customer).toArray(CustomerId[]::new))
                .bind(
                        "contacts",
                        kept.stream()
                                .map(one -> String.valueOf(one.contactId()))
                                .toArray(String[]::new))
                .bind(
                        "matched",
                        kept.stream().map(one -> String.valueOf(one.matched())).toArray(String[]::new))
                .bind("fields", kept.stream().map(one -> json(one.fields())).toArray(String[]::new))
                .execute());
    }

    /** What a run overwrote and was not put back yet. */
    public List<Kept> of(UUID run) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select customer_id, mautic_contact_id, matched, fields::text as fields, segments
                          from mautic_sync.overwritten_values where run_id = :run and undone_at is null order by customer_id
                        """)
                .bind("run", run)
                .map((row, context) -> new Kept(
                        new CustomerId(row.getString("customer_id")),
                        row.getLong("mautic_contact_id"),
                        row.getBoolean("matched"),
                        read(row.getString("fields")),
                        segments(row.getArray("segments"))))
                .list());
    }

    /** They are put back. */
    public void undone(UUID run, List<CustomerId> customers) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "update mautic_sync.overwritten_values set undone_at = now() where run_id = :run and customer_id = any(:ids)")
                .bind("run", run)
                .bind("ids", customers.toArray(CustomerId[]::new))
                .execute());
    }

    /** Forgets what is older; these are personal data. */
    public void forget(Duration olderThan) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "delete from mautic_sync.overwritten_values where taken_at < now() - make_interval(secs => :seconds)")
                .bind("seconds", olderThan.toSeconds())
                .execute());
    }

    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("delete from mautic_sync.overwritten_values");
    }

    @Override
    public String table() {
        return "mautic_sync.overwritten_values";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("delete from mautic_sync.overwritten_values t where " + OF_PERSON))
                .execute();
    }

    private static @Nullable Set<String> segments(@Nullable Array names) throws SQLException {
        return names == null ? null : Set.of((String[]) names.getArray());
    }

    private static String json(Object fields) {
        try {
            // Mautic may hold a NUL (it takes one, and breaks on it afterwards); Postgres never does.
            return MAPPER.writeValueAsString(fields).replace("\\u0000", "");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what Mautic answered is JSON", e);
        }
    }

    private static Map<String, @Nullable Object> read(String json) {
        try {
            return MAPPER.readValue(json, FIELDS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("mautic_sync.overwritten_values holds objects", e);
        }
    }

    /**
     * The earlier values of one contact.
     *
     * @param matched the run matched the contact
     * @param fields alias to the value as Mautic answered it; null for blank
     * @param segments those of our segments that a matched contact was in; null when that was not read
     */
    public record Kept(
            CustomerId customer,
            long contactId,
            boolean matched,
            Map<String, @Nullable Object> fields,
            @Nullable Set<String> segments) {}
}
