package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes one item to one contact; what Mautic ignores, drops, cleans or rejects of it is in {@link ItemChanges}. */
final class ContactWriter {
    private final FieldStore fields;
    private final ContactStore contacts;
    private final ConsentChanges consent;

    ContactWriter(FieldStore fields, ContactStore contacts, ConsentChanges consent) {
        this.fields = fields;
        this.contacts = contacts;
        this.consent = consent;
    }

    /** The kind of call. */
    enum Call {
        POST_NEW,
        BATCH_NEW,
        PATCH,
        PUT
    }

    /** The result for an item. */
    sealed interface Written {
        /** It was stored. */
        record Stored(StoredContact contact, int status) implements Written {}

        /** It was rejected; the contact is the one to change, or null. */
        record Rejected(
                int status,
                Map<String, List<String>> details,
                @Nullable StoredContact contact) implements Written {
            String message() {
                List<String> parts = new ArrayList<>();
                details.forEach((alias, message) -> parts.add(alias + ": " + String.join(", ", message)));
                return String.join(", ", parts);
            }
        }

        /** The server broke down half-way; what was written stays. */
        record Broke() implements Written {}
    }

    /** The contact that a new item matches: by e-mail or by supabase_id. */
    Optional<StoredContact> match(JsonNode item) {
        for (String alias : List.of("email", "supabase_id")) {
            Field field = fields.get(alias);
            if (field == null || !field.shape().unique() || !item.path(alias).isValueNode()) {
                continue;
            }
            Optional<Object> kept =
                    FieldValues.read(field, item.path(alias).asText("")).kept();
            List<StoredContact> found = contacts.with(alias, kept.orElse(null));
            if (!found.isEmpty()) {
                return Optional.of(found.get(0));
            }
        }
        return Optional.empty();
    }

    /** Writes to a contact, or to a new one. */
    Written write(@Nullable StoredContact existing, JsonNode item, Call call) {
        ItemChanges read = ItemChanges.read(fields, item, existing, call);
        return read.rejections().isEmpty()
                ? store(existing, item, read.changes())
                : new Written.Rejected(400, read.rejections(), existing);
    }

    private Written store(@Nullable StoredContact existing, JsonNode item, Map<String, @Nullable Object> changes) {
        Map<String, List<String>> taken = taken(existing, changes);
        if (!taken.isEmpty()) {
            return new Written.Rejected(422, taken, existing);
        }
        boolean poison = changes.values().stream().anyMatch(value -> value instanceof String s && s.indexOf('\0') >= 0);
        StoredContact contact = existing == null ? contacts.create() : existing;
        if (existing == null) {
            defaults(contact);
            changes.forEach(contact::put);
        }
        List<DoNotContacts.Change> consents = doNotContact(contact, item.path("doNotContact"));
        boolean changed = false;
        if (existing == null) {
            contacts.insert(contact);
        } else {
            for (Map.Entry<String, @Nullable Object> change : changes.entrySet()) {
                changed |= contacts.set(contact, change.getKey(), change.getValue());
            }
        }
        if (poison || contact.poisoned()) {
            contact.poison();
            return new Written.Broke(); // the row is written, then the log of the change fails
        }
        if (existing == null) {
            consents.forEach(change -> consent.announcer().createdWith(contact, change));
            consent.announcer().created(contact);
        } else if (changed || !consents.isEmpty()) {
            consent.announce(contact, consents, ConsentChanges.API);
        }
        return new Written.Stored(contact, existing == null ? 201 : 200);
    }

    private void defaults(StoredContact contact) {
        for (Field field : fields.all()) {
            String value = field.shape().defaultValue();
            if (value != null) {
                contact.put(field.alias(), field.is("number") ? new BigDecimal(value) : value);
            }
        }
    }

    /** Unique fields are checked as after the change, so two contacts that share a value can no longer be changed. */
    private Map<String, List<String>> taken(@Nullable StoredContact existing, Map<String, @Nullable Object> changes) {
        Map<String, List<String>> taken = new LinkedHashMap<>();
        for (String alias : List.of("supabase_id", "email")) {
            Field field = fields.get(alias);
            if (field == null || !field.shape().unique()) {
                continue;
            }
            Object after =
                    changes.containsKey(alias) ? changes.get(alias) : existing == null ? null : existing.get(alias);
            boolean other =
                    contacts.with(alias, after).stream().anyMatch(one -> existing == null || one.id != existing.id);
            if (other) {
                taken.put(alias, List.of("This field must be unique."));
            }
        }
        return taken;
    }

    private List<DoNotContacts.Change> doNotContact(StoredContact contact, JsonNode entries) {
        List<DoNotContacts.Change> changes = new ArrayList<>();
        for (JsonNode entry : entries) {
            String channel = entry.path("channel").asText("email");
            int reason = entry.path("reason").asInt(3);
            String comments =
                    entry.path("comments").isTextual() ? entry.path("comments").asText() : "";
            Optional<DoNotContacts.Change> change = reason == 0
                    ? consent.entries().remove(contact, channel)
                    : consent.entries().add(contact, new DoNotContacts.Reason(channel, reason, comments, null));
            change.ifPresent(changes::add);
        }
        return changes;
    }
}
