package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.text.ForeignText;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the answer to a batch call: contacts, errors and status codes, each by the item's position. */
final class BatchReader {
    private BatchReader() {}

    /** The answer to a batch call of that many items. */
    static List<ItemResult> read(byte[] body, int items) throws IOException {
        Map<Integer, Contact> contacts = new TreeMap<>();
        Map<Integer, JsonNode> errors = new TreeMap<>();
        Map<Integer, JsonNode> codes = new TreeMap<>();
        try (JsonParser parser = Json.MAPPER.createParser(body)) {
            ContactReader.expectObject(parser);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "contacts" ->
                        ContactReader.indexed(
                                parser, (index, at) -> ContactReader.put(contacts, index, ContactReader.contact(at)));
                    case "errors" ->
                        ContactReader.indexed(parser, (index, at) -> errors.put(index, at.readValueAsTree()));
                    case "statusCodes" ->
                        ContactReader.indexed(parser, (index, at) -> codes.put(index, at.readValueAsTree()));
                    default -> parser.skipChildren();
                }
            }
        }
        if (codes.size() != items) {
            throw new IOException(
                    "the answer has " + codes.size() + " status codes for " + items + " items" + firstError(errors));
        }
        List<ItemResult> answers = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            answers.add(answer(codes.get(i), contacts.get(i), errors.get(i)));
        }
        return answers;
    }

    private static ItemResult answer(@Nullable JsonNode code, @Nullable Contact contact, @Nullable JsonNode error) {
        int status = code == null ? 0 : code.asInt();
        boolean saved = status == 200 || status == 201;
        String message = error == null
                ? (saved ? "" : "no reason given")
                : ForeignText.line(error.path("message").asText(""));
        return new ItemResult(status, saved ? contact : null, message, details(error));
    }

    private static Map<String, List<String>> details(@Nullable JsonNode error) {
        Map<String, List<String>> details = new LinkedHashMap<>();
        if (error != null && error.path("details").isObject()) {
            error.path("details").properties().forEach(field -> {
                List<String> message = new ArrayList<>();
                field.getValue().forEach(word -> message.add(ForeignText.line(word.asText())));
                details.put(field.getKey(), List.copyOf(message));
            });
        }
        return details;
    }

    private static String firstError(Map<Integer, JsonNode> errors) {
        return errors.values().stream()
                .findFirst()
                .map(error -> ": " + ForeignText.line(error.path("message").asText("")))
                .orElse("");
    }
}
