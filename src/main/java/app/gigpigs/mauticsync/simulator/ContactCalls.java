package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.ContactJson.Echo;
import app.gigpigs.mauticsync.simulator.ContactWriter.Call;
import app.gigpigs.mauticsync.simulator.ContactWriter.Written;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    /** Time that each contact takes; the limit of a batch. */
    interface Pace {
        void contact();

        int batchLimit();
    }

    Answer create(JsonNode item) {
        return single(newItem(item, Call.POST_NEW), item, echo(Call.POST_NEW, item));
    }

    Answer edit(long id, JsonNode item, Call call) {
        StoredContact contact = contacts.get(id);
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
            return Answer.json(rejected.status(), "{\"errors\":[" + error(rejected, "") + "]}");
        }
        return Answer.broke(500);
    }

    Answer createBatch(JsonNode items) {
        Batch batch = new Batch();
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
        Map<Integer, Boolean> withoutId = new TreeMap<>();
        for (int i = 0; i < items.size(); i++) {
            if (!items.get(i).isObject()) {
                return Answer.broke(500);
            }
            if (items.get(i).has("id")) {
                ids.add(id(items.get(i).get("id")));
            } else {
                withoutId.put(i, true);
            }
        }
        Batch batch = new Batch();
        List<Long> used = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Long id = i < ids.size() ? ids.get(i) : null;
            StoredContact contact = id == null ? null : contacts.get(id);
            if (contact == null && call == Call.PATCH) {
                batch.missing(i);
                continue;
            }
            boolean again = used.contains(id);
            used.add(id == null ? -1L : id);
            pace.contact();
            Written written = again && contact != null
                    ? duplicate(contact, items.get(i))
                    : writer.write(contact, items.get(i), call);
            if (!batch.add(i, written, items.get(i), echo(call, items.get(i)))) {
                return Answer.broke(500);
            }
            if (again) {
                batch.repeat(used.indexOf(id), i);
            }
            if (withoutId.containsKey(i)) {
                batch.idMissing(i);
            }
        }
        return batch.answer(200);
    }

    /**
     * The same id a second time in one batch inserts a copy that has both changes, and the answer shows the copy for
     * both items (seen: contacts-batch-edit-duplicate-id).
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

    /** Looking for a match and inserting are two steps with time between: parallel calls make duplicates. */
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

    private static String error(Written.Rejected rejected, String type) {
        StringBuilder details = new StringBuilder("{");
        rejected.details()
                .forEach((alias, message) -> details.append(details.length() > 1 ? "," : "")
                        .append(ContactJson.quoted(alias))
                        .append(":[")
                        .append(ContactJson.quoted(String.join(", ", message)))
                        .append(']'));
        return "{\"code\":" + rejected.status() + ",\"message\":" + ContactJson.quoted(rejected.message())
                + ",\"details\":" + details.append('}') + type + "}";
    }

    /** Collects the answers of a batch in PHP's shapes: a list where the keys are 0..n-1, an object otherwise. */
    private final class Batch {
        private final Map<Integer, String> bodies = new LinkedHashMap<>();
        private final Map<Integer, String> errors = new LinkedHashMap<>();
        private final TreeMap<Integer, Integer> codes = new TreeMap<>();

        boolean add(int index, Written written, JsonNode item, Echo echo) {
            if (written instanceof Written.Stored stored) {
                StringBuilder out = new StringBuilder(12_000);
                json.write(out, stored.contact(), echo, item);
                bodies.put(index, out.toString());
                codes.put(index, stored.status());
                return true;
            }
            if (written instanceof Written.Rejected rejected) {
                if (rejected.contact() != null) {
                    StringBuilder out = new StringBuilder(12_000);
                    json.writeWithoutAll(out, rejected.contact());
                    bodies.put(index, out.toString());
                }
                errors.put(index, error(rejected, ",\"type\":null"));
                codes.put(index, rejected.status());
                return true;
            }
            return false;
        }

        void missing(int index) {
            codes.put(index, 404);
            errors.put(index, "{\"message\":\"Item was not found.\",\"code\":404,\"type\":\"api\"}");
        }

        void repeat(int index, int as) {
            bodies.computeIfPresent(index, (first, body) -> bodies.getOrDefault(as, body));
        }

        void idMissing(int index) {
            codes.put(index, 400);
            errors.put(index, "{\"message\":\"mautic.api.call.id_missing\",\"code\":400,\"type\":\"api\"}");
        }

        Answer answer(int status) {
            StringBuilder out = new StringBuilder("{\"contacts\":");
            php(out, bodies);
            out.append(",\"statusCodes\":").append(new ArrayList<>(codes.values()));
            if (!errors.isEmpty()) {
                out.append(",\"errors\":");
                php(out, errors);
            }
            return Answer.json(status, out.append('}').toString());
        }

        private static void php(StringBuilder out, Map<Integer, String> entries) {
            boolean list = new ArrayList<>(new TreeMap<>(entries).keySet())
                    .equals(java.util.stream.IntStream.range(0, entries.size())
                            .boxed()
                            .toList());
            out.append(list ? '[' : '{');
            boolean first = true;
            for (Map.Entry<Integer, String> entry : entries.entrySet()) {
                out.append(first ? "" : ",");
                if (!list) {
                    out.append('"').append(entry.getKey()).append("\":");
                }
                out.append(entry.getValue());
                first = false;
            }
            out.append(list ? ']' : '}');
        }
    }
}
