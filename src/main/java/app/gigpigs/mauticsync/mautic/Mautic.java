package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.mautic.Http.NoAnswerException;
import app.gigpigs.mauticsync.mautic.Http.NotSentException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Mautic's REST API. Thread-safe. Reads, segment changes and do-not-contact entries are repeated when Mautic stumbles;
 * batch writes never are, see {@link BatchResult}.
 *
 * <p>Every method throws {@link MauticUnavailable} or {@link MauticRejected} when the call as a whole is impossible.
 */
public final class Mautic implements AutoCloseable {
    /** nginx refuses request lines above 8 kB (seen: 200 UUIDs pass, 400 are a 414). */
    private static final int LONGEST_LIST = 7_500;

    private static final int MEMBERS_PAGE = 10_000;
    private static final int SEGMENT_CHUNK = 200;

    private final Http http;
    private final Session session;
    private final ApiCalls calls;

    /** Connects to nothing yet. */
    public Mautic(MauticSettings settings, RetryPause pause, InstantSource clock) {
        this.http = new Http(settings.requestTimeout());
        this.session = new Session(settings, http, new Retries(pause, clock), clock);
        this.calls = new ApiCalls(session);
    }

    /** The rows of Mautic's own tables. */
    public StatsApi stats() {
        return new StatsApi(calls);
    }

    /** All contact fields. */
    public List<ContactField> fields() {
        return fieldDefinitions().all();
    }

    /** The calls about contact fields. */
    public FieldApi fieldDefinitions() {
        return new FieldApi(calls);
    }

    /** The calls about webhooks. */
    public WebhookApi webhooks() {
        return new WebhookApi(calls);
    }

    /** What shows how this Mautic is. */
    public Probe probe() {
        return new Probe(session, calls);
    }

    /** All segments. */
    public List<Segment> segments() {
        List<Segment> segments = new ArrayList<>();
        calls.pages("/api/segments", "lists", segment -> segments.add(segment(segment)));
        return segments;
    }

    private static Segment segment(JsonNode segment) {
        return new Segment(
                segment.path("id").asLong(),
                segment.path("name").asText(),
                segment.path("alias").asText(),
                segment.path("isPublished").asBoolean(),
                !segment.path("filters").isEmpty());
    }

    /** Creates a published segment without filters; Mautic may change the alias, so read it from the answer. */
    public Segment createSegment(String name, String alias) {
        Map<String, Object> wanted = Map.of("name", name, "alias", alias, "isPublished", 1);
        JsonNode created =
                calls.creating("/api/segments/new", Json.write(wanted)).path("list");
        if (created.path("id").asLong() <= 0) {
            throw new MauticRejected("Mautic created no segment \"" + name + "\"");
        }
        return segment(created);
    }

    /** The contacts that have one of these e-mail addresses; Mautic compares without regard to case. */
    public List<Contact> contactsWithEmails(Collection<String> emails) {
        return contactsWithValues("email", emails);
    }

    /** The contacts whose column has one of these values. */
    public List<Contact> contactsWithValues(String column, Collection<String> values) {
        List<Contact> contacts = new ArrayList<>();
        for (String list : lists(values)) {
            contacts.addAll(contacts(ApiCalls.where(column, "in", list)));
        }
        for (String value : values) {
            if (value.contains(",")) { // "in" takes a comma for the end of a value
                contacts.addAll(contacts(ApiCalls.where(column, "eq", ApiCalls.encode(value))));
            }
        }
        return contacts;
    }

    /** The contacts with these ids, as they are now. */
    public List<Contact> contactsWithIds(Collection<Long> ids) {
        return contactsWithValues("id", ids.stream().map(String::valueOf).toList());
    }

    /**
     * Calls back with every contact that Mautic has, in the order of their ids, a page at a time. The cursor is the id:
     * pages by offset would shift under contacts that are deleted meanwhile.
     */
    public void eachContact(Consumer<Contact> each) {
        long last = 0;
        List<Contact> page = contacts(ApiCalls.where("id", "gt", "0"));
        while (!page.isEmpty()) {
            for (Contact contact : page) {
                each.accept(contact);
                last = Math.max(last, contact.id());
            }
            page = contacts(ApiCalls.where("id", "gt", String.valueOf(last)));
        }
    }

    private List<Contact> contacts(String where) {
        String path = "/api/contacts?limit=1000&orderBy=id&orderByDir=asc&" + where;
        Response reply = session.callWithRetries("GET", path, null);
        try {
            return ContactReader.list(
                    ApiCalls.expectOk("GET", "/api/contacts", reply).body());
        } catch (IOException e) {
            throw new MauticRejected(session.notMautic(reply));
        }
    }

    /** Comma-separated, encoded lists, each short enough for a request line. */
    private static List<String> lists(Collection<String> values) {
        List<String> lists = new ArrayList<>();
        StringBuilder list = new StringBuilder();
        for (String value : values) {
            String encoded = ApiCalls.encode(value);
            if (value.contains(",")) {
                continue;
            }
            if (!list.isEmpty() && list.length() + 1 + encoded.length() > LONGEST_LIST) {
                lists.add(list.toString());
                list.setLength(0);
            }
            list.append(list.isEmpty() ? "" : ",").append(encoded);
        }
        if (!list.isEmpty()) {
            lists.add(list.toString());
        }
        return lists;
    }

    /** Creates contacts; one that matches an existing contact's unique field changes that one instead. */
    public BatchResult createContacts(List<Map<String, @Nullable Object>> items) {
        return batch("POST", "/api/contacts/batch/new", items);
    }

    /** Changes the fields sent, of contacts named by id. */
    public BatchResult editContacts(List<Map<String, @Nullable Object>> items) {
        requireIds(items);
        return batch("PATCH", "/api/contacts/batch/edit", items);
    }

    /** Replaces contacts: every field that is not sent is blanked, and an unknown id makes a new contact. */
    public BatchResult replaceContacts(List<Map<String, @Nullable Object>> items) {
        requireIds(items);
        return batch("PUT", "/api/contacts/batch/edit", items);
    }

    /**
     * An item without an id makes Mautic write its data to the next item's contact, and an id that comes twice makes
     * it insert a duplicate (both seen on 5.1.0).
     */
    private static void requireIds(List<Map<String, @Nullable Object>> items) {
        Set<Long> seen = new HashSet<>();
        for (Map<String, @Nullable Object> item : items) {
            if (!(item.get("id") instanceof Number id) || id.longValue() <= 0 || !seen.add(id.longValue())) {
                throw new IllegalArgumentException(
                        "every item needs its own positive id, this one has " + item.get("id"));
            }
        }
    }

    private BatchResult batch(String method, String path, List<Map<String, @Nullable Object>> items) {
        if (items.isEmpty()) {
            return new BatchResult.Answered(List.of());
        }
        try {
            Response reply = session.call(method, path, Json.write(items));
            return reply.status() == 429
                    ? new BatchResult.Limited(session.untilReset(reply), reply.message())
                    : result(reply, items.size());
        } catch (NotSentException | MauticUnavailable e) {
            // MauticUnavailable is thrown for the want of a token, before anything was sent.
            return new BatchResult.NotSent(String.valueOf(e.getMessage()));
        } catch (NoAnswerException e) {
            return new BatchResult.Unknown(String.valueOf(e.getMessage()));
        }
    }

    private static BatchResult result(Response reply, int items) {
        if (gaveUp(reply)) {
            return new BatchResult.Unknown(
                    "something in front of Mautic gave up waiting for it (" + reply.status() + ")");
        }
        if (!reply.ok()) {
            return new BatchResult.Rejected(reply.status(), reply.message());
        }
        try {
            return new BatchResult.Answered(ContactReader.batch(reply.body(), items));
        } catch (IOException e) {
            return new BatchResult.Rejected(reply.status(), "the answer cannot be read: " + e.getMessage());
        }
    }

    /**
     * Whether a proxy stopped waiting while Mautic may still be at work: 502, 504, and whatever else is not in Mautic's
     * own JSON (503 of some servers, 520 to 524 of others). A plain 500 is the page of a PHP that died: that is over.
     */
    private static boolean gaveUp(Response reply) {
        return reply.status() == 502 || reply.status() == 504 || (reply.status() > 500 && !reply.mauticsError());
    }

    /**
     * Puts contacts into a segment.
     *
     * @return for each contact whether it is in now; Mautic answers 200 for contacts it does not have, too
     */
    public Map<Long, Boolean> addToSegment(long segmentId, Collection<Long> contactIds) {
        List<Long> ids = List.copyOf(contactIds);
        Map<Long, Boolean> done = new LinkedHashMap<>();
        for (int from = 0; from < ids.size(); from += SEGMENT_CHUNK) {
            List<Long> chunk = ids.subList(from, Math.min(ids.size(), from + SEGMENT_CHUNK));
            String path = "/api/segments/" + segmentId + "/contacts/add";
            JsonNode details =
                    calls.json("POST", path, Json.write(Map.of("ids", chunk))).path("details");
            chunk.forEach(id -> done.put(
                    id, details.path(String.valueOf(id)).path("success").asBoolean()));
        }
        return done;
    }

    /**
     * Takes a contact out of a segment; Mautic has no call for several.
     *
     * @return false when Mautic no longer has the contact
     */
    public boolean removeFromSegment(long segmentId, long contactId) {
        String path = "/api/segments/" + segmentId + "/contact/" + contactId + "/remove";
        if (calls.found("POST", path, null)) {
            return true;
        }
        // Mautic's answer is the same whether it is the segment or the contact that is missing, but for its words,
        // which
        // it translates.
        if (!contactsWithIds(List.of(contactId)).isEmpty()) {
            throw new MauticRejected("Mautic has no segment " + segmentId + " any more");
        }
        return false;
    }

    /** The ids of a segment's members, without those that somebody took out by hand. */
    public Set<Long> segmentMembers(long segmentId) {
        Set<Long> members = new HashSet<>();
        eachSegmentMember(segmentId, members::add);
        return members;
    }

    /** Calls back with the id of each member, page by page, for segments too large to be held as a set. */
    public void eachSegmentMember(long segmentId, LongConsumer each) {
        int rows = MEMBERS_PAGE;
        for (int start = 0; rows == MEMBERS_PAGE; start += MEMBERS_PAGE) {
            List<StatsApi.Row> page = stats().rows(StatsApi.Select.from("lead_lists_leads")
                    .where("leadlist_id", "eq", segmentId)
                    .by("lead_id")
                    .limit(MEMBERS_PAGE)
                    .start(start));
            rows = page.size();
            for (StatsApi.Row row : page) {
                Long member = row.number("lead_id");
                if (member != null && row.number("manually_removed") == null) {
                    each.accept(member);
                }
            }
        }
    }

    /** The ids of the segments that a contact is in; none when Mautic no longer has the contact. */
    public Set<Long> segmentsOf(long contactId) {
        Set<Long> ids = new HashSet<>();
        Response reply = session.callWithRetries("GET", "/api/contacts/" + contactId + "/segments", null);
        if (reply.missing()) {
            return ids;
        }
        try {
            Json.read(ApiCalls.expectOk("GET", "/api/contacts/{id}/segments", reply)
                            .body())
                    .path("lists")
                    .forEach(list -> {
                        if (!list.path("manuallyRemoved").asBoolean()) {
                            ids.add(list.path("id").asLong());
                        }
                    });
            return ids;
        } catch (IOException e) {
            throw new MauticRejected(session.notMautic(reply));
        }
    }

    /**
     * Adds a do-not-contact entry for e-mail; an entry that exists stays as it is.
     *
     * @param reason 1 unsubscribed, 2 bounced, 3 by hand
     * @return false when Mautic no longer has the contact
     */
    public boolean addDoNotContact(long contactId, int reason, String comment) {
        Map<String, Object> entry = Map.of("reason", reason, "comments", comment);
        return calls.found("POST", "/api/contacts/" + contactId + "/dnc/email/add", Json.write(entry));
    }

    /** An e-mail by its id; empty when Mautic has none. */
    public Optional<Email> email(long id) {
        Response reply = session.callWithRetries("GET", "/api/emails/" + id, null);
        if (reply.missing()) {
            return Optional.empty();
        }
        try {
            JsonNode email = Json.read(
                            ApiCalls.expectOk("GET", "/api/emails/{id}", reply).body())
                    .path("email");
            return Optional.of(new Email(
                    id, email.path("name").asText(""), email.path("subject").asText("")));
        } catch (IOException e) {
            throw new MauticRejected(session.notMautic(reply));
        }
    }

    /** Calls that take something away from a contact, or the contact itself. */
    public ContactApi contacts() {
        return new ContactApi(calls);
    }

    /** How many HTTP requests were sent so far, those for tokens included. */
    public long requestsSent() {
        return http.requests();
    }

    @Override
    public void close() {
        // java.net.http keeps nothing that outlives its last call; closable so that owners treat it as a resource.
    }
}
