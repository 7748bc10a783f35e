package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.ContactJson.Echo;
import app.gigpigs.mauticsync.simulator.ContactWriter.Call;
import app.gigpigs.mauticsync.simulator.ContactWriter.Written;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls that write contacts, single and in batches. */
final class ContactCalls {
    private final ContactStore contacts;
    private final ContactWriter writer;
    private final ContactJson json;
    private final Pace pace;

    ContactCalls(ContactStore contacts, ContactWriter writer, ContactJson json, Pace pace) {
        this.contacts = contacts;
        this.writer = writer;
        this.json = json;
        this.pace = pace;
    }

    /** The time that each contact takes, and the limit of a batch. */
    interface Pace {
        void contact();

        int batchLimit();
    }

    Answer create(JsonNode item) {
        return single(newItem(item, Call.POST_NEW), item, echo(Call.POST_NEW, item));
    }

    Answer edit(long id, JsonNode item, Call call) {
        StoredContact contact = contacts.find(id);
        if (contact == null && call == Call.PATCH) {
            return Answer.error(404, "Item was not found.");
        }
        pace.contact();
        return single(writer.write(contact, item, call), item, echo(call, item));
    }

    private Answer single(Written written, JsonNode item, Echo echo) {
        if (written instanceof Written.Stored stored) {
            StringBuilder out = new StringBuilder("{\"contact\":");
            json.write(out, stored.contact(), echo, item);
            Answer answer = Answer.json(stored.status(), out.append('}').toString());
            return stored.status() == 201 ? answer.with("Location", "/api/contacts/" + stored.contact().id) : answer;
        }
        if (written instanceof Written.Rejected rejected) {
            return Answer.json(rejected.status(), "{\"errors\":[" + BatchAnswer.error(rejected, "") + "]}");
        }
        return Answer.broke(500);
    }

    Answer createBatch(JsonNode items) {
        BatchAnswer batch = new BatchAnswer(json);
        for (int i = 0; i < items.size(); i++) {
            JsonNode item = items.get(i);
            if (!item.isObject()) {
                return Answer.broke(500);
            }
            if (!batch.add(String.valueOf(i), newItem(item, Call.BATCH_NEW), item, echo(Call.BATCH_NEW, item))) {
                return Answer.broke(500);
            }
        }
        return batch.answer(201);
    }

    /** The ids sent are looked up as one list, which items without an id then shift. */
    Answer editBatch(JsonNode items, Call call) {
        List<@Nullable Long> ids = new ArrayList<>();
        for (JsonNode item : items) {
            if (!item.isObject()) {
                return Answer.broke(500);
            }
            if (item.has("id")) {
                ids.add(id(item.get("id")));
            }
        }
        Batch batch = new Batch(call, found(ids), new LinkedHashMap<>(), new BatchAnswer(json));
        Map<String, JsonNode> keyed = keyed(items);
        batch.answer().expect(keyed.keySet());
        Iterator<@Nullable Long> next = ids.iterator();
        List<Item> creations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> sent : keyed.entrySet()) {
            Item item = new Item(sent.getKey(), sent.getValue(), next.hasNext() ? next.next() : null);
            if (call == Call.PUT && (item.id() == null || !batch.found().containsKey(item.id()))) {
                creations.add(item);
            } else if (!editItem(item, batch)) {
                return Answer.broke(500);
            }
        }
        return creations.stream().allMatch(item -> editItem(item, batch))
                ? batch.answer().answer(200)
                : Answer.broke(500);
    }

    /** An item with its key, and the id that was found for it. */
    private record Item(
            String index, JsonNode sent, @Nullable Long id) {}

    private static Map<String, JsonNode> keyed(JsonNode items) {
        Map<String, JsonNode> keyed = new LinkedHashMap<>();
        if (items.isObject()) {
            items.properties().forEach(item -> keyed.put(item.getKey(), item.getValue()));
        } else {
            items.forEach(item -> keyed.put(String.valueOf(keyed.size()), item));
        }
        return keyed;
    }

    /** The contacts by the ids that were sent; in some versions also those that others were merged into. */
    private Map<Long, StoredContact> found(List<@Nullable Long> ids) {
        Map<Long, StoredContact> found = new LinkedHashMap<>();
        List<Long> unknown = new ArrayList<>();
        for (Long id : ids) {
            StoredContact contact = id == null ? null : contacts.get(id);
            if (contact != null) {
                found.put(contact.id, contact);
            } else if (id != null) {
                unknown.add(id);
            }
        }
        if (contacts.version().batchFindsMerged()) {
            found.putAll(contacts.winners(unknown));
        }
        return found;
    }

    /** Used holds the items that were done, by contact. */
    private record Batch(Call call, Map<Long, StoredContact> found, Map<Long, List<String>> used, BatchAnswer answer) {}

    /** Returns false when the server broke down. */
    private boolean editItem(Item edit, Batch batch) {
        String index = edit.index();
        JsonNode item = edit.sent();
        StoredContact contact = edit.id() == null ? null : batch.found().get(edit.id());
        if (contact == null && batch.call() == Call.PATCH) {
            batch.answer().missing(index);
            return index.matches("\\d+") || contacts.version().takesNamedItems();
        }
        long used = contact == null ? -1 : contact.id;
        List<String> before = batch.used().computeIfAbsent(used, first -> new ArrayList<>());
        boolean again = contact != null && !before.isEmpty();
        pace.contact();
        Written written = contact != null && again && contacts.version().copiesRepeated()
                ? duplicate(contact, item)
                : writer.write(contact, item, batch.call());
        if (!batch.answer().add(index, written, item, echo(batch.call(), item))) {
            return false;
        }
        if (again) {
            before.forEach(earlier -> batch.answer().repeat(earlier, index));
        }
        before.add(index);
        if (!item.has("id")) {
            batch.answer().idMissing(index);
        }
        return true;
    }

    /**
     * An id that comes twice in one batch inserts a copy with both changes, and the answer shows the copy for both
     * items (seen: contacts-batch-edit-duplicate-id).
     */
    private Written duplicate(StoredContact original, JsonNode item) {
        StoredContact copy = contacts.create();
        original.values().forEach(copy::put);
        item.properties().forEach(field -> {
            if (!field.getKey().equals("id") && field.getValue().isTextual()) {
                copy.put(field.getKey(), field.getValue().asText());
            }
        });
        contacts.insert(copy);
        writer.changed(copy);
        return new Written.Stored(copy, 200);
    }

    boolean tooMany(JsonNode items) {
        return items.size() > pace.batchLimit();
    }

    Answer rejectTooMany() {
        return Answer.error(500, "A max of " + pace.batchLimit() + " entities are supported at a time.");
    }

    /** Finding a match and inserting are two steps with a gap between: parallel calls create duplicates. */
    private Written newItem(JsonNode item, Call call) {
        Optional<StoredContact> match = writer.match(item);
        pace.contact();
        return writer.write(match.orElse(null), item, call);
    }

    private static @Nullable Long id(JsonNode id) {
        if (id.isIntegralNumber() && id.asLong() > 0) {
            return id.asLong();
        }
        return id.isTextual() && id.asText().matches("\\d{1,18}") ? Long.valueOf(id.asText()) : null;
    }

    private static Echo echo(Call call, JsonNode item) {
        if (call == Call.PUT) {
            return Echo.REPLACED;
        }
        return item.path("overwriteWithBlank").asBoolean(false) ? Echo.BLANKED : Echo.PLAIN;
    }
}
