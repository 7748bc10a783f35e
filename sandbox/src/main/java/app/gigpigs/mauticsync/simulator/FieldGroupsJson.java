package app.gigpigs.mauticsync.simulator;

import static app.gigpigs.mauticsync.simulator.ContactJson.quoted;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Writes a contact's fields by their groups, each with its description. */
final class FieldGroupsJson {
    private final FieldStore fields;
    private final Map<String, String> descriptions = new ConcurrentHashMap<>();

    FieldGroupsJson(FieldStore fields) {
        this.fields = fields;
    }

    void write(StringBuilder out, Map<String, @Nullable Object> values) {
        out.append("\"core\":");
        group(out, "core", values);
        out.append(",\"social\":");
        group(out, "social", values);
        out.append(",\"personal\":[],\"professional\":[]");
    }

    private void group(StringBuilder out, String group, Map<String, @Nullable Object> values) {
        out.append('{');
        boolean first = true;
        for (Field field : fields.all()) {
            if (!field.group().equals(group)) {
                continue;
            }
            String value = ContactJson.plain(field, values.get(field.alias()));
            out.append(first ? "" : ",")
                    .append(descriptions.computeIfAbsent(field.alias(), alias -> description(field)))
                    .append(value)
                    .append(",\"normalizedValue\":")
                    .append(value.equals("null") ? fields.version().blank() : value)
                    .append('}');
            first = false;
        }
        out.append('}');
    }

    private static String description(Field field) {
        return quoted(field.alias()) + ":{\"id\":\"" + field.id() + "\",\"label\":" + quoted(field.label())
                + ",\"alias\":" + quoted(field.alias()) + ",\"type\":\"" + field.type() + "\",\"group\":\""
                + field.group()
                + "\",\"object\":\"lead\",\"is_fixed\":\"0\",\"properties\":\"a:0:{}\",\"default_value\":"
                + quoted(field.shape().defaultValue()) + ",\"value\":";
    }
}
