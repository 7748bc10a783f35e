package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Mautic's contact fields and their definitions. Creating one alters Mautic's largest table and can take seconds.
 */
public final class FieldApi {
    private final ApiCalls calls;

    FieldApi(ApiCalls calls) {
        this.calls = calls;
    }

    /** All of them, published or not. */
    public List<ContactField> all() {
        List<ContactField> fields = new ArrayList<>();
        calls.pages("/api/fields/contact", "fields", field -> fields.add(read(field)));
        return fields;
    }

    private static ContactField read(JsonNode field) {
        List<String> choices = new ArrayList<>();
        field.path("properties")
                .path("list")
                .forEach(choice ->
                        choices.add(choice.isObject() ? choice.path("value").asText() : choice.asText()));
        return new ContactField(
                field.path("id").asLong(),
                field.path("alias").asText(),
                field.path("type").asText(),
                field.path("isPublished").asBoolean(),
                field.path("isUniqueIdentifier").asBoolean(),
                field.path("defaultValue").isNull()
                        ? null
                        : field.path("defaultValue").asText(),
                choices);
    }

    /**
     * Creates a published field.
     *
     * @return the field as Mautic created it: Mautic may change the alias (seen on 5.1.0: cut to 25 characters, "id"
     *     became "id1"); it rejects an alias that is already used
     */
    public ContactField create(Definition wanted) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("label", wanted.label());
        body.put("alias", wanted.alias());
        body.put("type", wanted.type());
        body.put("group", "core");
        body.put("isPublished", true);
        body.putAll(wanted.more());
        JsonNode created =
                calls.creating("/api/fields/contact/new", Json.write(body)).path("field");
        if (created.path("id").asLong() <= 0) {
            throw new MauticRejected(
                    ErrorCode.MAUTIC_CALL, "Mautic created no contact field \"" + wanted.alias() + "\"");
        }
        return read(created);
    }

    /** Makes an existing field a unique identifier of contacts. */
    public void makeUnique(long id) {
        // Mautic misspells the key in requests but not in answers (seen on 5.1.0).
        calls.json("PATCH", "/api/fields/contact/" + id + "/edit", Json.write(Map.of("isUniqueIdentifer", true)));
    }

    /**
     * A field to be created.
     *
     * @param more further properties that this type needs, by the API's names
     */
    public record Definition(String alias, String label, String type, Map<String, Object> more) {
        private static final int LONGEST = 191;

        public Definition {
            more = Map.copyOf(more);
        }

        /** A unique identifier of contacts. Has room for 255 characters whatever is requested (seen on 5.1.0). */
        public static Definition unique(String alias, String label) {
            return new Definition(alias, label, "text", Map.of("isUniqueIdentifer", true, "charLengthLimit", 64));
        }

        /** A text. Without a limit Mautic allows 64 characters, and never more than 191 (seen on 5.1.0). */
        public static Definition text(String alias, String label, int longest) {
            return new Definition(alias, label, "text", Map.of("charLengthLimit", longest));
        }

        /**
         * A number. With the default 0 new contacts get a real 0, which Mautic otherwise accepts only in a full
         * replacement (seen on 5.1.0).
         */
        public static Definition number(String alias, String label, int decimals) {
            return new Definition(
                    alias,
                    label,
                    "number",
                    Map.of("defaultValue", "0", "properties", Map.of("roundmode", 4, "scale", decimals)));
        }

        /**
         * One of these values, of up to 191 characters. Mautic rejects an empty list and values without labels; without
         * a requested length it accepts 64 characters (seen on 5.1.0).
         */
        public static Definition select(String alias, String label, Map<String, String> labelsByValue) {
            List<Map<String, String>> list = new ArrayList<>();
            labelsByValue.forEach((value, shown) -> list.add(Map.of("label", shown, "value", value)));
            return new Definition(
                    alias, label, "select", Map.of("charLengthLimit", LONGEST, "properties", Map.of("list", list)));
        }

        /** Yes or no; without the two labels Mautic logs warnings (seen on 5.1.0). */
        public static Definition bool(String alias, String label) {
            return new Definition(alias, label, "boolean", Map.of("properties", Map.of("no", "No", "yes", "Yes")));
        }

        /** A type that needs no further properties. */
        public static Definition plain(String alias, String label, String type) {
            return new Definition(alias, label, type, Map.of());
        }
    }
}
