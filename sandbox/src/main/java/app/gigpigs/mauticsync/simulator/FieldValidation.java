package app.gigpigs.mauticsync.simulator;

import static app.gigpigs.mauticsync.simulator.ContactJson.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the definition of a contact field as Mautic does. */
final class FieldValidation {
    /** Mautic cuts longer aliases (fields-new-long-alias). */
    private static final int LONGEST_ALIAS = 25;

    private static final Set<String> TYPES = Set.of(
            "text",
            "textarea",
            "select",
            "multiselect",
            "boolean",
            "number",
            "date",
            "datetime",
            "time",
            "email",
            "tel",
            "url",
            "country",
            "region",
            "locale",
            "timezone",
            "lookup",
            "html");

    private final FieldStore fields;

    FieldValidation(FieldStore fields) {
        this.fields = fields;
    }

    /** A rejected definition: Mautic's message, and its details by form field. */
    record Rejection(String message, String details) {
        static Rejection of(String form, String message) {
            return new Rejection(form + ": " + message, "{" + quoted(form) + ":[" + quoted(message) + "]}");
        }

        String json(String more) {
            return "{\"code\":400,\"message\":" + quoted(message) + ",\"details\":" + details + more + "}";
        }
    }

    /** Why Mautic rejects this definition; null when it does not. */
    @Nullable
    Rejection rejection(JsonNode body) {
        if (!TYPES.contains(body.path("type").asText("text"))) {
            return new Rejection(
                    "type: This value is not valid., charLengthLimit: This value should not be blank.",
                    "{\"type\":[\"This value is not valid.\"],\"charLengthLimit\":[\"This value should not be blank.\"]}");
        }
        if (fields.get(alias(body)) != null) {
            return Rejection.of(
                    "alias",
                    "Another field is already using this alias. "
                            + fields.version().chooseAnother());
        }
        if (fields.version().checksFieldProperties()
                && body.path("type").asText().equals("boolean")
                && !body.path("properties").hasNonNull("yes")) {
            return new Rejection("A 'positive' label is required.", "[]");
        }
        return body.path("type").asText().equals("select")
                ? listRejection(body.path("properties").path("list"))
                : null;
    }

    private static @Nullable Rejection listRejection(JsonNode list) {
        if (list.isMissingNode() || (list.isArray() && list.isEmpty())) {
            return Rejection.of("list", "At least one list value is required.");
        }
        if (!list.isArray()) {
            return Rejection.of("list", "This value is not valid.");
        }
        List<String> message = new ArrayList<>();
        list.forEach(choice -> {
            if (!choice.isObject()) {
                message.add("This value is not valid.");
            }
        });
        String details = String.join(
                ",", message.stream().map(one -> "[" + quoted(one) + "]").toList());
        return message.isEmpty() ? null : new Rejection(String.join(", ", message), "[" + details + "]");
    }

    /** The alias that Mautic gives it. */
    static String alias(JsonNode body) {
        String wanted = body.path("alias").asText("");
        String alias = wanted.length() > LONGEST_ALIAS ? wanted.substring(0, LONGEST_ALIAS) : wanted;
        return alias.equals("id") ? "id1" : alias;
    }
}
