package app.gigpigs.mauticsync.inbound.event;

import app.gigpigs.mauticsync.db.PostgresJson;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Decides what is kept of an event's payload. Mautic sends the whole e-mail and the whole contact with each open and each
 * click. The text of the e-mail would be stored once for every reader, and the contact's fields are not part of the
 * event. The address and the customer's id are kept, because an erasure searches for them. Pure.
 */
final class PayloadFilter {
    private static final Set<String> EMAIL_CONTENT =
            Set.of("customHtml", "plainText", "dynamicContent", "content", "tokens", "headers");
    private static final Set<String> KEPT_FIELDS = Set.of("email", "supabase_id");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private PayloadFilter() {}

    /** The part that is kept, as JSON that Postgres accepts. */
    static String of(JsonNode item) {
        return PostgresJson.write(kept(item));
    }

    private static JsonNode kept(JsonNode node) {
        if (node.isArray()) {
            ArrayNode list = NODES.arrayNode();
            node.forEach(each -> list.add(kept(each)));
            return list;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode object = NODES.objectNode();
        node.properties().forEach(member -> {
            if (member.getKey().equals("fields")) {
                object.set("fields", fields(member.getValue()));
            } else if (!EMAIL_CONTENT.contains(member.getKey())) {
                object.set(member.getKey(), kept(member.getValue()));
            }
        });
        return object;
    }

    /** A contact's fields, in groups (fields.core.email.value) or without. */
    private static JsonNode fields(JsonNode fields) {
        ObjectNode kept = NODES.objectNode();
        fields.properties().forEach(member -> {
            if (KEPT_FIELDS.contains(member.getKey())) {
                kept.set(member.getKey(), value(member.getValue()));
            } else if (member.getValue().isObject()) {
                JsonNode group = fields(member.getValue());
                if (!group.isEmpty()) {
                    kept.set(member.getKey(), group);
                }
            }
        });
        return kept;
    }

    /** The value alone: the rest describes how the field is set up in Mautic. */
    private static JsonNode value(JsonNode field) {
        return field.has("value") ? NODES.objectNode().set("value", field.get("value")) : field;
    }
}
