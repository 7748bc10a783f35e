package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.ContactJson.Echo;
import app.gigpigs.mauticsync.simulator.ContactWriter.Call;
import app.gigpigs.mauticsync.simulator.ContactWriter.Written;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
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
            if (!batch.add(i, newItem(item, Call.BATCH_NEW), item, echo(Call.BATCH_NEW, item))) {
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
        BatchAnswer batch = new BatchAnswer(json);
        List<Long> used = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Long id = i < ids.size() ? ids.get(i) : null;
            if (!editItem(i, items.get(i), new Edit(id, call, used, batch))) {
                return Answer.broke(500);
            }
        }
        return batch.answer(200);
    }

    /** Which contact an item of a batch changes, and what the batch did so far. */
    private record Edit(@Nullable Long id, Call call, List<Long> used, BatchAnswer batch) {}

    /** Returns false when the server broke down. */
    private boolean editItem(int index, JsonNode item, Edit edit) {
        StoredContact contact = edit.id() == null ? null : contacts.get(edit.id());
        if (contact == null && edit.call() == Call.PATCH) {
            edit.batch().missing(index);
            return true;
        }
        boolean again = edit.used().contains(edit.id());
        edit.used().add(edit.id() == null ? -1L : edit.id());
        pace.contact();
        Written written =
                again && contact != null ? duplicate(contact, item) : writer.write(contact, item, edit.call());
        if (!edit.batch().add(index, written, item, echo(edit.call(), item))) {
            return false;
        }
        if (again) {
            edit.batch().repeat(edit.used().indexOf(edit.id()), index);
        }
        if (!item.has("id")) {
            edit.batch().idMissing(index);
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
