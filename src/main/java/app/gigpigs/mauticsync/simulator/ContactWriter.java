package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes one item to one contact, with everything Mautic ignores, drops, cleans and refuses on the way. */
final class ContactWriter {
    private final FieldStore fields;
    private final ContactStore contacts;
    private final ConsentChanges consent;

    ContactWriter(FieldStore fields, ContactStore contacts, ConsentChanges consent) {
        this.fields = fields;
        this.contacts = contacts;
        this.consent = consent;
    }

    /** How an item came in. */
    enum Call {
        POST_NEW,
        BATCH_NEW,
        PATCH,
        PUT
    }

    /** What became of an item. */
    sealed interface Written {
        /** Stored; sentNulls are the fields that were cleared, for the echo. */
        record Stored(StoredContact contact, int status) implements Written {}

        /** Refused; the contact is the one it was for, or null. */
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

        /** The server broke down in the middle; what it had written stays. */
        record Broke() implements Written {}
    }

    /** The contact that a new item matches: by e-mail or by supabase_id, either is enough. */
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
        Map<String, @Nullable Object> changes = new LinkedHashMap<>();
        Map<String, List<String>> rejections = new TreeMap<>();
        boolean overwrite = call == Call.PUT || item.path("overwriteWithBlank").asBoolean(false);
        for (Field field : fields.all()) {
            JsonNode sent = item.get(field.alias());
            if (sent == null) {
                boolean blanked = existing != null && (call == Call.PUT || (call == Call.POST_NEW && overwrite));
                if (blanked) {
                    changes.put(field.alias(), null);
                }
            } else {
                read(field, sent, existing, overwrite, call, changes, rejections);
            }
        }
        if (!rejections.isEmpty()) {
            return new Written.Rejected(400, rejections, existing);
        }
        return store(existing, item, changes);
    }

    @SuppressWarnings("TooManyParameters")
    private static void read(
            Field field,
            JsonNode sent,
            @Nullable StoredContact existing,
            boolean overwrite,
            Call call,
            Map<String, @Nullable Object> changes,
            Map<String, List<String>> rejections) {
        boolean empty = sent.isTextual() && sent.asText().isEmpty();
        if (sent.isNull() || empty) {
            boolean clears = overwrite && !(empty && field.is("datetime"));
            if (clears) {
                changes.put(field.alias(), null);
            }
            return;
        }
        if (call != Call.PUT && dropped(field, sent, existing)) {
            return;
        }
        FieldValues.Reading reading = FieldValues.read(field, scalar(sent));
        reading.rejection().ifPresent(message -> rejections.put(field.alias(), List.of(message)));
        reading.kept().ifPresent(value -> changes.put(field.alias(), value));
    }

    /**
     * Every call but PUT drops what is below one when read as a whole number: 0, "0", 0.5. A new contact keeps 0.5 and
     * the text "0", and gets the field's default for the number 0.
     */
    private static boolean dropped(Field field, JsonNode sent, @Nullable StoredContact existing) {
        if (sent.isBoolean() || field.is("boolean")) {
            return false;
        }
        String text = sent.asText();
        if (!text.matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?")) {
            return false;
        }
        BigDecimal number = new BigDecimal(text);
        if (number.abs().compareTo(BigDecimal.ONE) >= 0) {
            return false;
        }
        return existing != null || (field.is("number") && number.signum() == 0);
    }

    private static Object scalar(JsonNode sent) {
        if (sent.isNumber()) {
            return sent.decimalValue();
        }
        return sent.isBoolean() ? sent.booleanValue() : sent.asText();
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
            consent.announcer().created(contact);
        }
        if (changed || !consents.isEmpty()) {
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

    /** Unique fields are checked as they would be after the change, so two contacts that share one are stuck. */
    private Map<String, List<String>> taken(@Nullable StoredContact existing, Map<String, @Nullable Object> changes) {
        Map<String, List<String>> taken = new LinkedHashMap<>();
        for (String alias : List.of("supabase_id", "email")) {
            Field field = fields.get(alias);
            if (field == null || !field.shape().unique()) {
                continue;
            }
            Object after =
                    changes.containsKey(alias) ? changes.get(alias) : existing == null ? null : existing.get(alias);
            boolean other = contacts.with(alias, after).stream()
                    .anyMatch(holder -> existing == null || holder.id != existing.id);
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
