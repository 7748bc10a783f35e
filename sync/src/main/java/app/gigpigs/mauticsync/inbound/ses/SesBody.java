package app.gigpigs.mauticsync.inbound.ses;

import app.gigpigs.mauticsync.db.PostgresJson;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is stored of a message of SES: an item for each recipient, as Mautic's webhooks have one for each contact, so that
 * an erasure can remove a person's own. The rest of the mail, such as its subject and other recipients, is left out. Pure.
 */
final class SesBody {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** The events that say something about a person's address or will, with the list of recipients of each. */
    private static final Map<String, String> KEPT =
            Map.of("Bounce", "bouncedRecipients", "Complaint", "complainedRecipients", "Subscription", "");
    /** By these Mautic's row of the mail is found. */
    private static final Set<String> HEADERS = Set.of("x-email-id", "list-unsubscribe");

    private SesBody() {}

    /** The body to store; empty when the message does not concern the CRM, such as a delivery, or is no message of SES. */
    static Optional<byte[]> of(String message) {
        JsonNode json;
        try {
            json = PostgresJson.read(message.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // "Successfully validated SNS topic for Amazon SES event publishing."
            return Optional.empty();
        }
        // The first is the name for feedback notifications, the second for events of a configuration set.
        String event =
                json.path("notificationType").asText(json.path("eventType").asText());
        String recipients = KEPT.get(event);
        return recipients == null ? Optional.empty() : Optional.of(bytes(event, items(json, event, recipients)));
    }

    /** The body to store of a message about the subscription: only that it came. */
    static byte[] of(SnsMessage.Type type) {
        return bytes(type.sns(), List.of(NODES.objectNode()));
    }

    private static byte[] bytes(String event, List<JsonNode> items) {
        ArrayNode list = NODES.arrayNode().addAll(items);
        return PostgresJson.write(NODES.objectNode().set(event, list)).getBytes(StandardCharsets.UTF_8);
    }

    private static List<JsonNode> items(JsonNode json, String event, String recipients) {
        JsonNode about = json.path(event.toLowerCase(Locale.ROOT));
        JsonNode mail = json.path("mail");
        List<JsonNode> items = new ArrayList<>();
        for (JsonNode recipient : recipients.isEmpty() ? mail.path("destination") : about.path(recipients)) {
            ObjectNode item = NODES.objectNode();
            item.set("recipient", recipient);
            item.set("about", about.isObject() ? ((ObjectNode) about).deepCopy().without(recipients) : about);
            item.set("mail", mail(mail));
            items.add(item);
        }
        // A message that is not understood is kept whole: a person has to look at it.
        return items.isEmpty() ? List.of(json) : items;
    }

    private static ObjectNode mail(JsonNode mail) {
        ObjectNode kept = NODES.objectNode();
        kept.set("messageId", mail.path("messageId"));
        kept.set("timestamp", mail.path("timestamp"));
        ArrayNode headers = kept.putArray("headers");
        for (JsonNode header : mail.path("headers")) {
            if (HEADERS.contains(header.path("name").asText().toLowerCase(Locale.ROOT))) {
                headers.add(header);
            }
        }
        return kept;
    }
}
