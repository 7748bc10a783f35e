package app.gigpigs.mauticsync.mautic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers that hold contacts as a stream: each contact is 8 to 11 kB, of which little is needed. PHP writes a list
 * whose keys are not 0..n-1 as an object, so lists of contacts, errors and status codes come in both shapes.
 */
final class ContactReader {
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> VALUES = new TypeReference<>() {};

    private ContactReader() {}

    /** The answer to GET contacts. */
    static List<Contact> list(byte[] body) throws IOException {
        Map<Integer, Contact> contacts = new TreeMap<>();
        boolean[] present = new boolean[1];
        try (JsonParser parser = Json.MAPPER.createParser(body)) {
            expectObject(parser);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("contacts")) {
                    present[0] = true;
                    indexed(parser, (index, at) -> put(contacts, contacts.size(), contact(at)));
                } else {
                    parser.skipChildren();
                }
            }
        }
        if (!present[0]) {
            throw new IOException("the answer has no contacts");
        }
        return List.copyOf(contacts.values());
    }

    /** The answer to GET of one contact. */
    static Contact single(byte[] body) throws IOException {
        Contact found = null;
        try (JsonParser parser = Json.MAPPER.createParser(body)) {
            expectObject(parser);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("contact")) {
                    found = contact(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }
        if (found == null) {
            throw new IOException("the answer has no contact");
        }
        return found;
    }

    static void expectObject(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("not a JSON object");
        }
    }

    static void put(Map<Integer, Contact> contacts, int index, @Nullable Contact contact) {
        if (contact != null) {
            contacts.put(index, contact);
        }
    }

    /** Calls back for each value, in a list by position, in an object by its numeric key. */
    static void indexed(JsonParser parser, EachValue each) throws IOException {
        JsonToken start = parser.currentToken();
        if (start == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                each.value(i, parser);
            }
        } else if (start == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                each.value(key.matches("\\d{1,9}") ? Integer.parseInt(key) : -1, parser);
            }
        }
    }

    static @Nullable Contact contact(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return null;
        }
        long id = 0;
        Map<String, @Nullable Object> values = Map.of();
        List<DoNotContact> doNotContact = List.of();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "id" -> id = parser.getValueAsLong(0);
                case "fields" -> values = values(parser);
                case "doNotContact" -> doNotContact = doNotContact(parser.readValueAsTree());
                default -> parser.skipChildren();
            }
        }
        return id > 0 ? new Contact(id, values, doNotContact) : null;
    }

    private static Map<String, @Nullable Object> values(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return values;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean all = parser.currentName().equals("all");
            if (parser.nextToken() == JsonToken.START_OBJECT && all) {
                values = Json.MAPPER.readValue(parser, VALUES);
            } else {
                parser.skipChildren();
            }
        }
        return values;
    }

    private static List<DoNotContact> doNotContact(JsonNode entries) {
        List<DoNotContact> list = new ArrayList<>();
        for (JsonNode entry : entries) {
            list.add(new DoNotContact(
                    entry.path("id").asLong(),
                    entry.path("channel").asText(""),
                    entry.path("reason").asInt(),
                    entry.path("comments").isTextual() ? entry.path("comments").asText() : null,
                    entry.path("channelId").asLong() > 0
                            ? Long.valueOf(entry.path("channelId").asLong())
                            : null));
        }
        return list;
    }

    @FunctionalInterface
    interface EachValue {
        void value(int index, JsonParser at) throws IOException;
    }
}
