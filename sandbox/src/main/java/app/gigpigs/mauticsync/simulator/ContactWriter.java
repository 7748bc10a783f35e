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
    private static final List<String> UNIQUE = List.of("email", "supabase_id");

    private final FieldStore fields;
    private final ContactStore contacts;
    private final ConsentChanges consent;
    private final Merger merger;

    ContactWriter(FieldStore fields, Merger merger) {
        this.fields = fields;
        this.contacts = merger.contacts();
        this.consent = merger.removal().consent();
        this.merger = merger;
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

    MauticVersion version() {
        return fields.version();
    }

    void changed(StoredContact contact) {
        contact.modified(consent.time().now(), ConsentChanges.API);
    }

    /** The contact that a new item matches: by e-mail or by supabase_id. */
    Optional<StoredContact> match(JsonNode item) {
        for (String alias : UNIQUE) {
            Field field = fields.get(alias);
            if (field == null || !field.shape().unique() || !item.path(alias).isValueNode()) {
                continue;
            }
            Optional<Object> kept = FieldValues.read(field, item.path(alias).asText(""), version())
                    .kept();
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
        if (read.breaksDown()) {
            return new Written.Broke();
        }
        if (!read.rejections().isEmpty()) {
            return new Written.Rejected(400, read.rejections(), existing);
        }
        return existing != null && version().mergesOnEdit()
                ? merged(existing, item, new Changes(read.changes(), call))
                : store(existing, item, read.changes());
    }

    private record Changes(Map<String, @Nullable Object> values, Call call) {}

    private Written merged(StoredContact existing, JsonNode item, Changes changes) {
        Optional<StoredContact> other = withUniqueValue(existing, changes.values());
        if (other.isEmpty()) {
            return store(existing, item, changes.values());
        }
        return changes.call() == Call.PATCH
                ? new Written.Stored(merger.mergeWith(existing, other.get(), changes.values()), 200)
                : store(merger.mergeWith(existing, other.get(), Map.of()), item, changes.values());
    }

    /** Another contact that has one of the unique values that are written. */
    private Optional<StoredContact> withUniqueValue(StoredContact existing, Map<String, @Nullable Object> changes) {
        return UNIQUE.stream()
                .flatMap(alias -> contacts.with(alias, changes.get(alias)).stream())
                .filter(contact -> contact.id != existing.id)
                .findFirst();
    }

    private Written store(@Nullable StoredContact existing, JsonNode item, Map<String, @Nullable Object> changes) {
        Map<String, List<String>> taken = version().mergesOnEdit() ? Map.of() : taken(existing, changes);
        if (!taken.isEmpty()) {
            return new Written.Rejected(422, taken, existing);
        }
        boolean poison = changes.values().stream().anyMatch(value -> value instanceof String s && s.indexOf('\0') >= 0);
        StoredContact contact = existing == null ? contacts.create() : existing;
        if (existing == null) {
            defaults(contact);
            changes.forEach(contact::put);
        }
        List<DoNotContacts.Reason> sent = reasons(item.path("doNotContact"));
        List<DoNotContacts.Change> consents = doNotContact(contact, sent);
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
            return told(contact, 201);
        }
        if (!changed && consents.isEmpty()) {
            consent.untouched(contact, ConsentChanges.API);
            return told(contact, 200);
        }
        return told(consent.announce(contact, sent, consents, ConsentChanges.API), 200);
    }

    /** A webhook can break down the call after the contact was stored. */
    private Written told(StoredContact contact, int status) {
        return consent.announcer().brokeDown() ? new Written.Broke() : new Written.Stored(contact, status);
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

    private static List<DoNotContacts.Reason> reasons(JsonNode entries) {
        List<DoNotContacts.Reason> reasons = new ArrayList<>();
        for (JsonNode entry : entries) {
            String comments =
                    entry.path("comments").isTextual() ? entry.path("comments").asText() : "";
            reasons.add(new DoNotContacts.Reason(
                    entry.path("channel").asText("email"), entry.path("reason").asInt(3), comments, null));
        }
        return reasons;
    }

    /** Reason 0 removes an entry. */
    private List<DoNotContacts.Change> doNotContact(StoredContact contact, List<DoNotContacts.Reason> sent) {
        List<DoNotContacts.Change> changes = new ArrayList<>();
        for (DoNotContacts.Reason reason : sent) {
            (reason.code() == 0
                            ? consent.entries().remove(contact, reason.channel())
                            : consent.entries().set(contact, reason))
                    .ifPresent(changes::add);
        }
        return changes;
    }
}
