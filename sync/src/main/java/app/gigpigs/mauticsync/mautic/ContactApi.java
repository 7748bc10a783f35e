package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.text.ForeignText;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Contacts: looking them up, and the calls about a single one. Each may be repeated. What writes the fields of contacts
 * is in {@link ContactBatches}.
 */
public final class ContactApi {
    /** nginx rejects request lines above 8 kB (seen: 200 UUIDs pass, 400 are a 414). */
    private static final int LONGEST_LIST = 7_500;

    private final ApiCalls calls;

    ContactApi(ApiCalls calls) {
        this.calls = calls;
    }

    /** The contacts that have one of these e-mail addresses; Mautic compares without regard to case. */
    public List<Contact> withEmails(Collection<String> emails) {
        return withValues("email", emails);
    }

    /** The contacts whose column has one of these values. */
    public List<Contact> withValues(String column, Collection<String> values) {
        List<Contact> contacts = new ArrayList<>();
        for (String list : encodedLists(values)) {
            contacts.addAll(read(ApiCalls.where(column, "in", list)));
        }
        for (String value : values) {
            if (value.contains(",")) { // for "in" a comma ends a value
                contacts.addAll(read(ApiCalls.where(column, "eq", ApiCalls.encode(value))));
            }
        }
        return contacts;
    }

    /** The contacts with these ids, as they are now. */
    public List<Contact> withIds(Collection<Long> ids) {
        return withValues("id", ids.stream().map(String::valueOf).toList());
    }

    /**
     * The contact by that id, or the one that it was merged into: a look-up of a single id follows merges in every
     * version, while lists of ids do not (seen on 4.4, 5.1 and 7.0). Compare the id.
     *
     * @return empty when it was deleted
     */
    public Optional<Contact> current(long id) {
        return calls.parsedIfFound("GET", "/api/contacts/" + id, ContactReader::single);
    }

    /**
     * Calls back with every contact that Mautic has, in the order of their ids, page by page. The cursor is the id: pages
     * by offset would skip contacts when others are deleted meanwhile.
     */
    public void forEach(Consumer<Contact> each) {
        long last = 0;
        List<Contact> page = read(ApiCalls.where("id", "gt", "0"));
        while (!page.isEmpty()) {
            for (Contact contact : page) {
                each.accept(contact);
                last = Math.max(last, contact.id());
            }
            page = read(ApiCalls.where("id", "gt", String.valueOf(last)));
        }
    }

    private List<Contact> read(String where) {
        String path = "/api/contacts?limit=1000&orderBy=id&orderByDir=asc&" + where;
        return calls.parsed("GET", path, ContactReader::list);
    }

    /** Comma-separated, encoded lists, each short enough for a request line. */
    private static List<String> encodedLists(Collection<String> values) {
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

    /**
     * Adds a do-not-contact entry for e-mail. Only where the contact has none: of one that exists Mautic 7 replaces the
     * reason, unless the person unsubscribed; 5.1 and 4.4 keep it, and announce the other by webhook (all seen).
     *
     * @param reason 1 unsubscribed, 2 bounced, 3 by hand
     * @return false when Mautic no longer has the contact
     */
    public boolean addDoNotContact(long contactId, int reason, String comment) {
        Map<String, Object> entry = Map.of("reason", reason, "comments", comment);
        return calls.found("POST", "/api/contacts/" + contactId + "/dnc/email/add", Json.write(entry));
    }

    /**
     * Deletes a contact with all its data in Mautic.
     *
     * @return false when Mautic no longer has it
     */
    public boolean delete(long contactId) {
        return calls.found("DELETE", "/api/contacts/" + contactId + "/delete", null);
    }

    /**
     * Removes the do-not-contact entry for e-mail, whatever its reason: only for an entry that was read just before.
     *
     * @return false when Mautic no longer has the contact
     */
    public boolean removeDoNotContact(long contactId) {
        return calls.found("POST", "/api/contacts/" + contactId + "/dnc/email/remove", null);
    }

    /** Whether any e-mail was ever sent to the contact, as far as Mautic still has the record. */
    public boolean everMailed(long contactId) {
        return anyMail(ApiCalls.where("lead_id", "eq", String.valueOf(contactId)), "contact " + contactId);
    }

    /** The same for an address, whatever contact had it then. Mautic has no index for this: a rare question. */
    public boolean everMailed(String address) {
        return anyMail(ApiCalls.where("email_address", "eq", ApiCalls.encode(address)), "an address");
    }

    private boolean anyMail(String where, String to) {
        String path = "/api/stats/email_stats?" + where + "&limit=1";
        JsonNode page = calls.json("GET", path, null);
        if (!page.has("stats")) { // the stats API reports its errors as 200 (seen on 5.1.0)
            throw new MauticRejected(
                    ErrorCode.MAUTIC_CALL,
                    "Mautic does not return the e-mails sent to " + to + ": "
                            + ForeignText.line(
                                    page.path("errors").path(0).path("message").asText("no stats in the answer")));
        }
        return !page.path("stats").isEmpty();
    }
}
