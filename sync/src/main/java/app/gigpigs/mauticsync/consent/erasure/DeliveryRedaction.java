package app.gigpigs.mauticsync.consent.erasure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Removes all events of erased people from a delivery, and leaves the others unchanged. */
public final class DeliveryRedaction {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ErasureRegister erased;

    public DeliveryRedaction(ErasureRegister erased) {
        this.erased = erased;
    }

    /** The body without the events of erased people; empty when there are none in it, or it is no JSON object. */
    public Optional<byte[]> of(Handle handle, byte[] body) {
        if (erased.nobody(handle)) {
            return Optional.empty();
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (root == null || !root.isObject()) {
            return Optional.empty();
        }
        ObjectNode kept = MAPPER.createObjectNode();
        boolean[] dropped = {false};
        for (Map.Entry<String, JsonNode> trigger : root.properties()) {
            Optional<JsonNode> rest = rest(handle, trigger.getKey(), trigger.getValue());
            dropped[0] |=
                    rest.isEmpty() || rest.get().size() != trigger.getValue().size();
            rest.ifPresent(value -> kept.set(trigger.getKey(), value));
        }
        return dropped[0] ? Optional.of(bytes(kept)) : Optional.empty();
    }

    /** A list without the events concerned; a single event whole or not at all. */
    private Optional<JsonNode> rest(Handle handle, String trigger, JsonNode value) {
        boolean gaps = value.isObject()
                && value.properties().stream().allMatch(field -> field.getKey().matches("\\d+"));
        if (!value.isArray() && !gaps) {
            return concerned(handle, trigger, value) ? Optional.empty() : Optional.of(value);
        }
        ArrayNode kept = MAPPER.createArrayNode();
        for (JsonNode item : value) {
            if (!concerned(handle, trigger, item)) {
                kept.add(item);
            }
        }
        return Optional.of(kept.size() == value.size() ? value : kept);
    }

    private boolean concerned(Handle handle, String trigger, JsonNode item) {
        return erased.namedIn(handle, PersonReferences.of(trigger, item));
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read can be written", e);
        }
    }
}
