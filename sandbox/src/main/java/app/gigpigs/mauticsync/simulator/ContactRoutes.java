package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.ContactWriter.Call;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The calls about contacts, single and in batches. */
final class ContactRoutes {
    private static final Pattern CONTACT =
            Pattern.compile("/api/contacts/(\\d+)(/edit|/delete|/segments|/dnc/email/(add|remove))?");

    private final ContactStore contacts;
    private final ContactCalls calls;
    private final ContactJson json;
    private final Removal removal;
    private final Lists lists;

    ContactRoutes(ContactStore contacts, ContactCalls calls, ContactJson json, Removal removal, Lists lists) {
        this.contacts = contacts;
        this.calls = calls;
        this.json = json;
        this.removal = removal;
        this.lists = lists;
    }

    /** The answer, or null when this is another part's call. */
    @Nullable
    Answer answer(Request request) throws IOException {
        return switch (request.method() + " " + request.path()) {
            case "POST /api/contacts/new" -> calls.create(request.json());
            case "POST /api/contacts/batch/new" -> limited(request.json(), calls::createBatch);
            case "PATCH /api/contacts/batch/edit" ->
                limited(request.json(), items -> calls.editBatch(items, Call.PATCH));
            case "DELETE /api/contacts/batch/delete" ->
                deleteBatch(request.query().getOrDefault("ids", ""));
            case "PUT /api/contacts/batch/edit" -> limited(request.json(), items -> calls.editBatch(items, Call.PUT));
            default -> withId(request);
        };
    }

    private Answer limited(JsonNode items, Function<JsonNode, Answer> call) {
        return calls.tooMany(items) ? calls.rejectTooMany() : call.apply(items);
    }

    private @Nullable Answer withId(Request request) throws IOException {
        Matcher path = CONTACT.matcher(request.path());
        return path.matches()
                ? contact(request, Long.parseLong(path.group(1)), path.group(2) == null ? "" : path.group(2))
                : null;
    }

    private @Nullable Answer contact(Request request, long id, String action) throws IOException {
        StoredContact contact = contacts.find(id);
        return switch (request.method() + action) {
            case "GET" -> contact == null ? SegmentCalls.notFound() : one(contact);
            case "PATCH/edit" -> calls.edit(id, request.json(), Call.PATCH);
            case "PUT/edit" -> calls.edit(id, request.json(), Call.PUT);
            case "DELETE/delete" -> delete(contact);
            case "GET/segments" -> lists.contactSegments(id);
            case "POST/dnc/email/add" ->
                contact == null ? SegmentCalls.notFound() : addDoNotContact(contact, request.json());
            case "POST/dnc/email/remove" -> contact == null ? SegmentCalls.notFound() : removeDoNotContact(contact);
            default -> null;
        };
    }

    private Answer delete(@Nullable StoredContact contact) {
        if (contact == null) {
            return SegmentCalls.notFound();
        }
        removal.delete(contact);
        StringBuilder out = new StringBuilder("{\"contact\":");
        json.writeDeleted(out, contact);
        return Answer.json(200, out.append('}').toString());
    }

    /** Unknown ids are left out without a word. */
    private Answer deleteBatch(String ids) {
        StringBuilder out = new StringBuilder("{\"contacts\":[");
        for (String sent : ids.split(",", -1)) {
            long id = sent.matches("\\d{1,18}") ? Long.parseLong(sent) : 0;
            StoredContact contact = contacts.version().batchFindsMerged() ? contacts.find(id) : contacts.get(id);
            if (contact != null) {
                out.append(out.charAt(out.length() - 1) == '[' ? "" : ",");
                json.write(out, contact, ContactJson.Echo.PLAIN, null);
                removal.delete(contact);
            }
        }
        return Answer.json(200, out.append("]}").toString());
    }

    private Answer addDoNotContact(StoredContact contact, JsonNode body) {
        JsonNode reason = body.path("reason");
        if (!reason.isMissingNode() && (!reason.isInt() || reason.asInt() < 1)) {
            String text = ContactJson.quoted("Reason code needs to be an integer and higher than 0.");
            String details = contacts.version() == MauticVersion.V4_4 ? text : "[" + text + "]";
            return Answer.json(
                    400,
                    "{\"errors\":[{\"code\":400,\"message\":\"Invalid reason code given\",\"details\":" + details
                            + "}]}");
        }
        String comments = body.path("comments").asText("");
        StoredContact shown = removal.consent().set(contact, DoNotContacts.Reason.email(reason.asInt(3), comments));
        return withoutAll("{\"contact\":", contacts.version().answersSentDoNotContact() ? shown : contact);
    }

    private Answer removeDoNotContact(StoredContact contact) {
        boolean found = removal.consent().remove(contact, ConsentChanges.API);
        return withoutAll("{\"recordFound\":" + found + ",\"contact\":", contact);
    }

    private Answer withoutAll(String beginning, StoredContact contact) {
        StringBuilder out = new StringBuilder(beginning);
        json.writeWithoutAll(out, contact);
        return Answer.json(200, out.append('}').toString());
    }

    private Answer one(StoredContact contact) {
        StringBuilder out = new StringBuilder("{\"contact\":");
        json.write(out, contact, ContactJson.Echo.PLAIN, null);
        return Answer.json(200, out.append('}').toString());
    }
}
