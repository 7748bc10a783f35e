package app.gigpigs.mauticsync.outbound.payload;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.instance.InstanceTable;
import app.gigpigs.mauticsync.mapping.ContactFields;
import app.gigpigs.mauticsync.mapping.FieldChange;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The table mautic_sync.sent_values: what each contact was last sent, so that a plan can say what would change. */
public final class SentValues implements PersonalDataTable, InstanceTable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, String>> FIELDS = new TypeReference<>() {};

    private static final String OF_PERSON =
            "t.customer_id = any(:customers) or lower(t.fields::text) like any(:spellings)";

    private final Jdbi jdbi;

    public SentValues(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Remembers what was saved; a customer deleted since has no status any more, and nothing is remembered. */
    public void remember(Map<CustomerId, ContactFields> saved) {
        jdbi.useHandle(
                handle -> handle.createUpdate("""
                        insert into mautic_sync.sent_values as t (customer_id, fields)
                        select st.customer_id, s.fields
                          from jsonb_each(cast(:saved as jsonb)) as s (customer_id, fields)
                          join public.mautic_sync_status st on st.customer_id = cast(s.customer_id as uuid)
                           for key share of st
                        on conflict (customer_id) do update set fields = excluded.fields
                        """).bind("saved", json(saved)).execute());
    }

    /** One object for all: the elements of an array of texts would have to be quoted a second time. */
    private static String json(Map<CustomerId, ContactFields> saved) {
        Map<CustomerId, Map<String, String>> fields = new LinkedHashMap<>();
        saved.forEach((customer, sent) -> fields.put(customer, FieldChange.remembered(sent)));
        try {
            return MAPPER.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text are JSON", e);
        }
    }

    /** What these customers were last sent; those never sent are missing in the answer. */
    public Map<CustomerId, Map<String, String>> of(Collection<CustomerId> customers) {
        Map<CustomerId, Map<String, String>> sent = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(
                        "select customer_id, fields::text as fields from mautic_sync.sent_values where customer_id = any(:ids)")
                .bind("ids", customers.toArray(CustomerId[]::new))
                .map((row, context) -> Map.entry(new CustomerId(row.getString("customer_id")), row.getString("fields")))
                .forEach(row -> sent.put(row.getKey(), read(row.getValue()))));
        return sent;
    }

    /** Forgets what these customers were sent, in the caller's transaction. */
    public static void forget(Handle handle, Collection<CustomerId> customers) {
        handle.createUpdate("delete from mautic_sync.sent_values where customer_id = any(:ids)")
                .bind("ids", customers.toArray(CustomerId[]::new))
                .execute();
    }

    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("delete from mautic_sync.sent_values");
    }

    @Override
    public String table() {
        return "mautic_sync.sent_values";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("delete from mautic_sync.sent_values t where " + OF_PERSON))
                .execute();
    }

    static Map<String, String> read(String json) {
        try {
            return MAPPER.readValue(json, FIELDS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("mautic_sync.sent_values holds objects of text", e);
        }
    }
}
