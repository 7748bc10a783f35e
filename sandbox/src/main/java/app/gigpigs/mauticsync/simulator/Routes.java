package app.gigpigs.mauticsync.simulator;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which part of the API answers which call. */
final class Routes {
    private static final Pattern SEGMENT =
            Pattern.compile("/api/segments/(\\d+)(/contact/(\\d+)/(add|remove)|/contacts/add)?");
    private static final Pattern FIELD = Pattern.compile("/api/fields/contact/(\\d{1,9})/edit");

    private final Lists lists;
    private final ContactRoutes contacts;
    private final SegmentCalls segments;
    private final FieldCalls fields;
    private final EngagementApi engagement;

    Routes(Lists lists, ContactRoutes contacts, SegmentCalls segments, FieldCalls fields, EngagementApi engagement) {
        this.lists = lists;
        this.contacts = contacts;
        this.segments = segments;
        this.fields = fields;
        this.engagement = engagement;
    }

    Answer answer(Request request) throws IOException {
        return switch (request.method() + " " + request.path()) {
            case "GET /api/contacts" -> lists.contacts(request.query());
            case "GET /api/fields/contact" -> lists.fields(request.query());
            case "POST /api/fields/contact/new" -> fields.create(request.json());
            case "POST /api/fields/contact/batch/new" -> fields.createBatch(request.json());
            case "GET /api/segments" -> lists(request);
            case "POST /api/segments/new" -> segments.create(request.json());
            default -> routeWithId(request);
        };
    }

    private Answer lists(Request request) {
        boolean byAlias = "alias".equals(request.query().get("where[0][col]"));
        return segments.list(byAlias ? request.query().get("where[0][val]") : null);
    }

    private Answer routeWithId(Request request) throws IOException {
        if (request.path().startsWith("/api/contacts/")) {
            Answer answer = contacts.answer(request);
            if (answer != null) {
                return answer;
            }
        }
        Matcher field = FIELD.matcher(request.path());
        if (field.matches() && request.method().equals("PATCH")) {
            return fields.edit(Integer.parseInt(field.group(1)), request.json());
        }
        Matcher segment = SEGMENT.matcher(request.path());
        if (segment.matches()) {
            return segment(request, segment);
        }
        return engagement.answer(request).orElseGet(() -> noRoute(request));
    }

    private Answer segment(Request request, Matcher path) throws IOException {
        long id = Long.parseLong(path.group(1));
        String action = path.group(2) == null ? "" : path.group(2);
        if (request.method().equals("GET") && action.isEmpty()) {
            return segments.read(id);
        }
        if (!request.method().equals("POST") || action.isEmpty()) {
            return noRoute(request);
        }
        if (action.equals("/contacts/add")) {
            return segments.addAll(id, request.json());
        }
        return segments.member(id, Long.parseLong(path.group(3)), path.group(4));
    }

    static Answer noRoute(Request request) {
        return Answer.bare(
                404,
                "{\"errors\":[{\"message\":" + ContactJson.quoted("Requested URL not found: " + request.path())
                        + ",\"code\":404,\"type\":null}]}");
    }
}
