package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes contacts as Mautic's API does: 8 to 11 kB each, with the description of every field. */
final class ContactJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final FieldStore fields;
    private final FieldGroupsJson groups;

    ContactJson(FieldStore fields) {
        this.fields = fields;
        this.groups = new FieldGroupsJson(fields);
    }

    /** How the answer to a write that may blank fields shows blanks: after such a write as "" and 0. */
    enum Echo {
        PLAIN,
        /** After a full replacement. */
        REPLACED,
        /** After a change with overwriteWithBlank. */
        BLANKED
    }

    /** The whole contact; item is what was sent, for the echo. */
    void write(StringBuilder out, StoredContact contact, Echo echo, @Nullable JsonNode item) {
        head(out, contact, String.valueOf(contact.id));
        content(out, contact, echo, item);
    }

    /** A contact that was deleted; its id is in the list of all values only. */
    void writeDeleted(StringBuilder out, StoredContact contact) {
        head(out, contact, "null");
        content(out, contact, Echo.PLAIN, null);
    }

    private void content(StringBuilder out, StoredContact contact, Echo echo, @Nullable JsonNode item) {
        Map<String, @Nullable Object> values = contact.values();
        out.append(",\"fields\":{");
        groups.write(out, values);
        out.append(",\"all\":{\"id\":\"").append(contact.id).append('"');
        for (Field field : fields.all()) {
            out.append(",\"").append(field.alias()).append("\":");
            out.append(all(field, values.get(field.alias()), echo, item));
        }
        out.append("}}");
        tail(out, contact, "[]");
    }

    /** As in the answers to a rejected write and to the do-not-contact calls. */
    void writeWithoutAll(StringBuilder out, StoredContact contact) {
        head(out, contact, String.valueOf(contact.id));
        fields(out, contact);
        tail(out, contact, "[]");
    }

    /** The fields by their groups, without the flat list. */
    void fields(StringBuilder out, StoredContact contact) {
        out.append(",\"fields\":{");
        groups.write(out, contact.values());
        out.append('}');
    }

    static void head(StringBuilder out, StoredContact contact, String id) {
        StoredContact.Activity activity = contact.activity();
        out.append("{\"isPublished\":true,\"dateAdded\":\"")
                .append(Time.json(contact.added))
                .append("\",\"dateModified\":")
                .append(date(activity.modified()))
                .append(",\"createdBy\":")
                .append(userId(contact.author()))
                .append(",\"createdByUser\":")
                .append(quoted(contact.author()))
                .append(",\"modifiedBy\":")
                .append(userId(activity.modifiedBy()))
                .append(",\"modifiedByUser\":")
                .append(quoted(activity.modifiedBy()))
                .append(",\"id\":")
                .append(id)
                .append(",\"points\":")
                .append(points(contact))
                .append(",\"color\":null");
    }

    /** The API's client and a person have none. */
    private static String userId(@Nullable String name) {
        return ConsentChanges.USER.equals(name) ? "1" : "null";
    }

    static String points(StoredContact contact) {
        return contact.get("points") instanceof BigDecimal points
                ? points.setScale(0, RoundingMode.DOWN).toPlainString()
                : "0";
    }

    static String date(@Nullable Instant instant) {
        return instant == null ? "null" : '"' + Time.json(instant) + '"';
    }

    static void tail(StringBuilder out, StoredContact contact, String utmTags) {
        tail(out, contact, utmTags, true);
    }

    /** The entries of a deleted contact have no ids any more. */
    static void tailOfDeleted(StringBuilder out, StoredContact contact) {
        tail(out, contact, "[]", false);
    }

    private static void tail(StringBuilder out, StoredContact contact, String utmTags, boolean ids) {
        StoredContact.Activity activity = contact.activity();
        out.append(",\"lastActive\":")
                .append(date(activity.active()))
                .append(",\"owner\":null,\"ipAddresses\":[")
                .append(activity.clicked() ? "{\"ipAddress\":\"127.0.0.1\",\"id\":2,\"ipDetails\":null}" : "")
                .append("],\"tags\":[],\"utmtags\":")
                .append(utmTags)
                .append(",\"stage\":null,\"dateIdentified\":")
                .append(date(contact.identified()))
                .append(",\"preferredProfileImage\":null,\"doNotContact\":[");
        boolean first = true;
        for (DoNotContactEntry entry : contact.doNotContact()) {
            out.append(first ? "" : ",")
                    .append("{\"id\":")
                    .append(ids ? entry.id() : null)
                    .append(",\"reason\":")
                    .append(entry.reason())
                    .append(",\"comments\":")
                    .append(quoted(entry.comments()))
                    .append(",\"channel\":\"")
                    .append(entry.channel())
                    .append("\",\"channelId\":")
                    .append(entry.channelId())
                    .append('}');
            first = false;
        }
        out.append("],\"frequencyRules\":[]}");
    }

    private static String all(Field field, @Nullable Object value, Echo echo, @Nullable JsonNode item) {
        if (echo == Echo.PLAIN || (value != null && !field.is("boolean"))) {
            return plain(field, value);
        }
        if (value instanceof Boolean flag) {
            return echo == Echo.REPLACED ? (flag ? "1" : "0") : plain(field, value);
        }
        if (field.is("number")) {
            return field.shape().scale() > 0 ? "0.0" : "0"; // although NULL is stored
        }
        boolean sentNow = item != null && item.has(field.alias());
        return sentNow ? "null" : "\"\"";
    }

    static String plain(Field field, @Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof BigDecimal number) {
            return field.shape().scale() == 0
                    ? number.setScale(0, RoundingMode.DOWN).toPlainString()
                    : number.stripTrailingZeros().toPlainString();
        }
        return value instanceof Boolean ? value.toString() : quoted(value.toString());
    }

    static String quoted(@Nullable String text) {
        try {
            return MAPPER.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text is JSON", e);
        }
    }
}
