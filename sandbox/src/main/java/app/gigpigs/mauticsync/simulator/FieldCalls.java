package app.gigpigs.mauticsync.simulator;

import static app.gigpigs.mauticsync.simulator.ContactJson.date;
import static app.gigpigs.mauticsync.simulator.ContactJson.quoted;

import app.gigpigs.mauticsync.simulator.Field.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The calls that define contact fields, and the JSON of a definition. */
final class FieldCalls {
    private static final int USUAL_LENGTH = 64;
    /** The length of a unique text field, whatever was requested (seen). */
    private static final int UNIQUE_LENGTH = 255;

    private final FieldStore fields;
    private final Time time;
    private final FieldValidation validation;
    private final Map<String, Made> made = new ConcurrentHashMap<>();

    FieldCalls(FieldStore fields, Time time) {
        this.fields = fields;
        this.time = time;
        this.validation = new FieldValidation(fields);
    }

    /** What is known of a definition besides the field itself. */
    private record Made(
            JsonNode properties, Instant added, @Nullable Instant modified, boolean published) {}

    Answer create(JsonNode body) {
        FieldValidation.Rejection rejection = validation.rejection(body);
        if (rejection != null && fields.version().checksFieldProperties() && textForList(body)) {
            return Answer.broke(500);
        }
        if (rejection != null) {
            return Answer.json(400, "{\"errors\":[" + rejection.json("") + "]}");
        }
        Field field = store(body);
        return Answer.json(201, "{\"field\":" + json(field) + "}")
                .with("Location", "/api/fields/contact/" + field.id());
    }

    private static boolean textForList(JsonNode body) {
        return body.path("type").asText().equals("select")
                && body.path("properties").path("list").isTextual();
    }

    /** Each item on its own, as in fields-batch-new; no recording has a batch without an error. */
    Answer createBatch(JsonNode items) {
        List<String> created = new ArrayList<>();
        List<String> codes = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        for (JsonNode item : items) {
            FieldValidation.Rejection rejection = validation.rejection(item);
            if (rejection == null) {
                created.add(json(store(item)));
                codes.add("201");
            } else {
                errors.add("\"" + codes.size() + "\":" + rejection.json(",\"type\":null"));
                codes.add("400");
            }
        }
        String wrong = errors.isEmpty() ? "" : ",\"errors\":{" + String.join(",", errors) + "}";
        return Answer.json(
                201,
                "{\"fields\":[" + String.join(",", created) + "],\"statusCodes\":[" + String.join(",", codes) + "]"
                        + wrong + "}");
    }

    /** A field can be made unique afterwards; its length stays (seen: it still rejected more than 64). */
    Answer edit(int id, JsonNode body) {
        Field field =
                fields.all().stream().filter(one -> one.id() == id).findFirst().orElse(null);
        if (field == null) {
            return SegmentCalls.notFound();
        }
        Shape shape = field.shape();
        boolean unique = body.path("isUniqueIdentifer").asBoolean(shape.unique());
        Field edited = new Field(
                field.id(),
                field.alias(),
                field.label(),
                field.type(),
                field.group(),
                new Shape(shape.limit(), shape.scale(), shape.choices(), shape.defaultValue(), unique));
        fields.replace(edited);
        Made before = made(field);
        made.put(field.alias(), new Made(before.properties(), before.added(), time.now(), before.published()));
        return Answer.json(200, "{\"field\":" + json(edited) + "}");
    }

    void unpublish(String alias) {
        Field field = fields.get(alias);
        if (field != null) {
            Made before = made(field);
            made.put(alias, new Made(before.properties(), before.added(), before.modified(), false));
        }
    }

    private Field store(JsonNode body) {
        String type = body.path("type").asText("text");
        boolean unique = body.path("isUniqueIdentifer").asBoolean(false);
        List<String> choices = new ArrayList<>();
        body.path("properties")
                .path("list")
                .forEach(choice -> choices.add(choice.path("value").asText()));
        int length = unique
                ? UNIQUE_LENGTH
                : fields.limit(body.path("charLengthLimit").asInt(USUAL_LENGTH));
        Shape shape = new Shape(
                length,
                body.path("properties").path("scale").asInt(0),
                choices,
                body.hasNonNull("defaultValue") ? body.get("defaultValue").asText() : null,
                unique);
        Field field = fields.add(FieldValidation.alias(body), body.path("label").asText(), type, shape);
        made.put(
                field.alias(),
                new Made(
                        texts(body.path("properties")),
                        time.now(),
                        fields.version().datesCreation() ? time.now() : null,
                        body.path("isPublished").asBoolean(true)));
        return field;
    }

    /** Numbers among the properties come back as text (fields-new-total_spent). */
    private static JsonNode texts(JsonNode properties) {
        ObjectNode texts = JsonNodeFactory.instance.objectNode();
        properties.properties().forEach(one -> {
            if (one.getValue().isNumber()) {
                texts.put(one.getKey(), one.getValue().asText());
            } else {
                texts.set(one.getKey(), one.getValue());
            }
        });
        return texts;
    }

    private Made made(Field field) {
        Made known = made.get(field.alias());
        return known == null ? new Made(presetProperties(field), Instant.EPOCH, null, true) : known;
    }

    private static JsonNode presetProperties(Field field) {
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        if (field.is("select")) {
            var list = properties.putArray("list");
            field.shape()
                    .choices()
                    .forEach(choice -> list.addObject().put("label", choice).put("value", choice));
        } else if (field.is("number")) {
            properties
                    .put("roundmode", "4")
                    .put("scale", String.valueOf(field.shape().scale()));
        }
        return properties;
    }

    String json(Field field) {
        Made one = made(field);
        String added = one.added().equals(Instant.EPOCH) ? "null" : date(one.added());
        return "{\"isPublished\":" + one.published() + ",\"dateAdded\":" + added + ",\"dateModified\":"
                + date(one.modified()) + ",\"createdBy\":null,\"createdByUser\":\"" + ConsentChanges.API
                + "\",\"modifiedBy\":null,\"modifiedByUser\":"
                + (one.modified() == null ? "null" : quoted(ConsentChanges.API))
                + ",\"id\":" + field.id() + ",\"label\":" + quoted(field.label()) + ",\"alias\":"
                + quoted(field.alias()) + ",\"type\":\"" + field.type() + "\",\"group\":\"" + field.group()
                + "\",\"order\":" + fields.order(field) + ",\"object\":\"lead\",\"defaultValue\":"
                + quoted(field.shape().defaultValue())
                + ",\"isRequired\":false,\"isFixed\":false,\"isListable\":true,\"isVisible\":true,\"isShortVisible\":"
                + !fields.version().showsLengths() + ",\"isUniqueIdentifier\":"
                + field.shape().unique()
                + ",\"isPubliclyUpdatable\":false,\"properties\":" + one.properties() + length(field) + "}";
    }

    private String length(Field field) {
        if (!fields.version().showsLengths()) {
            return "";
        }
        boolean text = field.is("text", "select", "lookup", "tel", "url", "email");
        int shown = field.shape().unique() ? USUAL_LENGTH : field.shape().limit();
        return ",\"isIndex\":" + field.shape().unique() + ",\"charLengthLimit\":" + (text ? shown : null);
    }
}
