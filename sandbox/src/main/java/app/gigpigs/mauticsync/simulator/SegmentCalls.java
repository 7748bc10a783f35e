package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.SegmentStore.Stored;
import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls about segments and their members. */
final class SegmentCalls {
    private final SegmentStore segments;
    private final ContactStore contacts;

    SegmentCalls(SegmentStore segments, ContactStore contacts) {
        this.segments = segments;
        this.contacts = contacts;
    }

    Answer create(JsonNode body) {
        String name = body.path("name").asText("");
        if (name.isEmpty()) {
            return Answer.json(
                    400,
                    "{\"errors\":[{\"code\":400,\"message\":\"name: A name is required.\",\"details\":{\"name\":[\"A name is required.\"]}}]}");
        }
        String wanted = body.path("alias").asText(shownName(name).replace(' ', '-'));
        String alias = Normalizer.normalize(wanted, Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9-]", "");
        if (segments.withAlias(alias) != null) {
            String message = "Alias is already in use. " + contacts.version().chooseAnother();
            return Answer.json(
                    400,
                    "{\"errors\":[{\"code\":400,\"message\":\"alias: " + message + "\",\"details\":{\"alias\":[\""
                            + message + "\"]}}]}");
        }
        String filters = body.path("filters").isArray() ? body.path("filters").toString() : "[]";
        Stored made = segments.add(shownName(name), alias, filters);
        return Answer.json(201, "{\"list\":" + json(made) + "}").with("Location", "/api/segments/" + made.id());
    }

    private String shownName(String name) {
        return contacts.version().keepsNames() ? name : name.replace("&", "&#38;");
    }

    Answer list(@Nullable String alias) {
        Map<Long, Stored> found = new LinkedHashMap<>();
        segments.all().forEach((id, segment) -> {
            if (alias == null || segment.alias().equals(alias)) {
                found.put(id, segment);
            }
        });
        StringBuilder out = new StringBuilder("{\"total\":" + found.size() + ",\"lists\":{");
        found.forEach((id, segment) -> out.append(out.charAt(out.length() - 1) == '{' ? "" : ",")
                .append('"')
                .append(id)
                .append("\":")
                .append(json(segment)));
        return Answer.json(200, out.append("}}").toString());
    }

    Answer read(long id) {
        Stored segment = segments.get(id);
        return segment == null ? notFound() : Answer.json(200, "{\"list\":" + json(segment) + "}");
    }

    Answer member(long id, long contactId, String action) {
        if (segments.get(id) == null) {
            return notFound();
        }
        if (contacts.find(contactId) == null) {
            return Answer.error(404, "Contact not found.");
        }
        if (contacts.get(contactId) == null) { // merged: the row would need a contact with that id
            return action.equals("add") ? Answer.broke(500) : Answer.json(200, "{\"success\":1}");
        }
        if (action.equals("add")) {
            segments.join(id, contactId);
        } else {
            segments.leave(id, contactId);
        }
        return Answer.json(200, "{\"success\":1}");
    }

    Answer addAll(long id, JsonNode body) {
        Stored segment = segments.get(id);
        if (segment == null) {
            return notFound();
        }
        if (!body.path("ids").isArray()) {
            return Answer.error(400, "This is a bad request.");
        }
        StringBuilder details = new StringBuilder();
        Set<String> seen = new HashSet<>();
        for (JsonNode sent : body.path("ids")) {
            StoredContact contact = contacts.find(sent.asLong());
            if (contact != null) {
                segments.join(id, contact.id);
            }
            String shown = contact == null ? sent.asText() : String.valueOf(contact.id);
            if (seen.add(shown)) {
                details.append(details.isEmpty() ? "" : ",")
                        .append('"')
                        .append(shown)
                        .append("\":{\"success\":")
                        .append(contact != null)
                        .append('}');
            }
        }
        String all = details.isEmpty() ? "[]" : "{" + details + "}";
        return Answer.json(200, "{\"success\":1,\"details\":" + all + "}");
    }

    static Answer notFound() {
        return Answer.error(404, "Item was not found.");
    }

    private String json(Stored segment) {
        String projects = contacts.version().hasProjects() ? ",\"projects\":[]" : "";
        return "{\"isPublished\":" + segments.published(segment) + "," + content(segment) + projects + "}";
    }

    /** Without its creator and time. */
    static String content(Stored segment) {
        return "\"id\":" + segment.id() + ",\"name\":"
                + ContactJson.quoted(segment.name()) + ",\"publicName\":" + ContactJson.quoted(segment.name())
                + ",\"alias\":" + ContactJson.quoted(segment.alias())
                + ",\"description\":null,\"category\":null,\"filters\":"
                + segment.filters() + ",\"isGlobal\":true,\"isPreferenceCenter\":false";
    }
}
