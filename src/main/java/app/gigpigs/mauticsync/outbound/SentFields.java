package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.outbound.Outcome.Saved;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** The table mautic_sync.sent: what each contact was last sent, so that a plan can say what would change. */
final class SentFields {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, String>> FIELDS = new TypeReference<>() {};

    private final Jdbi jdbi;

    SentFields(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Remembers what was saved; who was deleted meanwhile has no status any more, and nothing is remembered. */
    void remember(List<Saved> saved) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into mautic_sync.sent as t (customer_id, fields)
                        select s.customer_id, cast(s.fields as jsonb)
                          from unnest(:ids, :fields) as s (customer_id, fields)
                          join public.mautic_sync_status st on st.customer_id = s.customer_id for key share of st
                        on conflict (customer_id) do update set fields = excluded.fields
                        """)
                .bind("ids", saved.stream().map(Outcome::customer).toArray(UUID[]::new))
                .bind("fields", saved.stream().map(one -> json(one.write())).toArray(String[]::new))
                .execute());
    }

    private static String json(Write write) {
        try {
            return MAPPER.writeValueAsString(FieldChange.remembered(write.fields()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text are JSON", e);
        }
    }

    /** What these customers were last sent; who never was is not in the answer. */
    Map<UUID, Map<String, String>> of(Collection<UUID> customers) {
        Map<UUID, Map<String, String>> sent = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(
                        "select customer_id, fields::text as fields from mautic_sync.sent where customer_id = any(:ids)")
                .bind("ids", customers.toArray(UUID[]::new))
                .map((row, context) -> Map.entry(
                        Objects.requireNonNull(row.getObject("customer_id", UUID.class)), row.getString("fields")))
                .forEach(row -> sent.put(row.getKey(), read(row.getValue()))));
        return sent;
    }

    static Map<String, String> read(String json) {
        try {
            return MAPPER.readValue(json, FIELDS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("mautic_sync.sent holds objects of text", e);
        }
    }
}
