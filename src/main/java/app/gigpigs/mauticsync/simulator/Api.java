package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.ContactWriter.Call;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which call is which, and who may make it. */
final class Api {
    private static final int LONGEST_REQUEST_LINE = 8_192;
    private static final Pattern CONTACT =
            Pattern.compile("/api/contacts/(\\d+)(/edit|/delete|/segments|/dnc/email/(add|remove))?");
    private static final Pattern SEGMENT =
            Pattern.compile("/api/segments/(\\d+)(/contact/(\\d+)/(add|remove)|/contacts/add)?");

    private static final Pattern FIELD = Pattern.compile("/api/fields/contact/(\\d{1,9})/edit");

    private final Tokens tokens;
    private final Faults faults;
    private final ContactCalls calls;
    private final Lists lists;
    private final Store store;

    /** What the calls work on. */
    record Store(
            ContactStore contacts,
            SegmentStore segments,
            ContactJson json,
            Removal removal,
            EngagementApi engagement,
            FieldCalls fields) {}

    Api(Tokens tokens, Faults faults, ContactCalls calls, Lists lists, Store store) {
        this.tokens = tokens;
        this.faults = faults;
        this.calls = calls;
        this.lists = lists;
        this.store = store;
    }

    Answer handle(Request request, int requestLine) {
        if (requestLine > LONGEST_REQUEST_LINE) {
            return Answer.html(414, "<html><head><title>414 Request-URI Too Large</title></head></html>");
        }
        if (faults.apiDisabled()) {
            return Answer.typed(
                    403,
                    "API disabled. You need to enable the API in the API settings of Mautic's Configuration.",
                    "api_disabled");
        }
        if (request.path().equals("/oauth/v2/token")) {
            return tokens.issue(request);
        }
        if (request.path().endsWith("/") && request.path().length() > 1) {
            return Answer.html(301, "<html>Redirecting</html>")
                    .with("Location", request.path().replaceAll("/+$", ""));
        }
        if (!request.path().startsWith("/api/")) {
            return Answer.html(404, "<html>Page not found</html>");
        }
        Answer rejection = tokens.rejection(request);
        if (rejection != null) {
            return rejection;
        }
        try {
            return route(request);
        } catch (IOException malformed) {
            return Answer.broke(400);
        }
    }

    private Answer route(Request request) throws IOException {
        return switch (request.method() + " " + request.path()) {
            case "GET /api/contacts" -> lists.contacts(request.query());
            case "POST /api/contacts/new" -> calls.create(request.json());
            case "POST /api/contacts/batch/new" -> limited(request.json(), calls::createBatch);
            case "PATCH /api/contacts/batch/edit" ->
                limited(request.json(), items -> calls.editBatch(items, Call.PATCH));
            case "PUT /api/contacts/batch/edit" -> limited(request.json(), items -> calls.editBatch(items, Call.PUT));
            case "GET /api/fields/contact" -> lists.fields(request.query());
            case "POST /api/fields/contact/new" -> store.fields().create(request.json());
            case "POST /api/fields/contact/batch/new" -> store.fields().createBatch(request.json());
            case "GET /api/segments" -> lists(request);
            case "POST /api/segments/new" -> store.segments().create(request.json());
            default -> routeWithId(request);
        };
    }

    private Answer lists(Request request) {
        boolean byAlias = "alias".equals(request.query().get("where[0][col]"));
        return store.segments().list(byAlias ? request.query().get("where[0][val]") : null);
    }

    private Answer limited(JsonNode items, Function<JsonNode, Answer> call) {
        return calls.tooMany(items) ? calls.rejectTooMany() : call.apply(items);
    }

    private Answer routeWithId(Request request) throws IOException {
        Matcher contact = CONTACT.matcher(request.path());
        if (contact.matches()) {
            return contact(request, Long.parseLong(contact.group(1)), contact.group(2) == null ? "" : contact.group(2));
        }
        Matcher field = FIELD.matcher(request.path());
        if (field.matches() && request.method().equals("PATCH")) {
            return store.fields().edit(Integer.parseInt(field.group(1)), request.json());
        }
        Matcher segment = SEGMENT.matcher(request.path());
        if (segment.matches()) {
            return segment(request, segment);
        }
        return store.engagement().answer(request).orElseGet(() -> noRoute(request));
    }

    private Answer contact(Request request, long id, String action) throws IOException {
        StoredContact contact = store.contacts().get(id);
        return switch (request.method() + action) {
            case "GET" -> contact == null ? SegmentStore.notFound() : one(contact);
            case "PATCH/edit" -> calls.edit(id, request.json(), Call.PATCH);
            case "PUT/edit" -> calls.edit(id, request.json(), Call.PUT);
            case "DELETE/delete" -> delete(contact);
            case "GET/segments" -> lists.contactSegments(id);
            case "POST/dnc/email/add" ->
                contact == null ? SegmentStore.notFound() : addDoNotContact(contact, request.json());
            case "POST/dnc/email/remove" -> contact == null ? SegmentStore.notFound() : removeDoNotContact(contact);
            default -> noRoute(request);
        };
    }

    private Answer delete(@org.jspecify.annotations.Nullable StoredContact contact) {
        if (contact == null) {
            return SegmentStore.notFound();
        }
        Answer last = one(contact);
        store.removal().delete(contact);
        return last;
    }

    private Answer addDoNotContact(StoredContact contact, JsonNode body) {
        JsonNode reason = body.path("reason");
        if (!reason.isMissingNode() && (!reason.isInt() || reason.asInt() < 1)) {
            return Answer.json(
                    400,
                    "{\"errors\":[{\"code\":400,\"message\":\"Invalid reason code given\",\"details\":[\"Reason code needs to be an integer and higher than 0.\"]}]}");
        }
        String comments = body.path("comments").asText("");
        store.removal()
                .consent()
                .add(contact, DoNotContacts.Reason.email(reason.asInt(3), comments), ConsentChanges.API);
        return withoutAll("{\"contact\":", contact);
    }

    private Answer removeDoNotContact(StoredContact contact) {
        boolean found = store.removal().consent().remove(contact, ConsentChanges.API);
        return withoutAll("{\"recordFound\":" + found + ",\"contact\":", contact);
    }

    private Answer withoutAll(String beginning, StoredContact contact) {
        StringBuilder out = new StringBuilder(beginning);
        store.json().writeWithoutAll(out, contact);
        return Answer.json(200, out.append('}').toString());
    }

    private Answer one(StoredContact contact) {
        StringBuilder out = new StringBuilder("{\"contact\":");
        store.json().write(out, contact, ContactJson.Echo.PLAIN, null);
        return Answer.json(200, out.append('}').toString());
    }

    private Answer segment(Request request, Matcher path) throws IOException {
        long id = Long.parseLong(path.group(1));
        String action = path.group(2) == null ? "" : path.group(2);
        if (request.method().equals("GET") && action.isEmpty()) {
            return store.segments().read(id);
        }
        if (!request.method().equals("POST") || action.isEmpty()) {
            return noRoute(request);
        }
        if (action.equals("/contacts/add")) {
            return store.segments().addAll(id, request.json());
        }
        SegmentStore.Stored segment = store.segments().get(id);
        return segment == null
                ? SegmentStore.notFound()
                : store.segments().member(id, Long.parseLong(path.group(3)), path.group(4));
    }

    private static Answer noRoute(Request request) {
        return Answer.bare(
                404,
                "{\"errors\":[{\"message\":" + ContactJson.quoted("Requested URL not found: " + request.path())
                        + ",\"code\":404,\"type\":null}]}");
    }
}
