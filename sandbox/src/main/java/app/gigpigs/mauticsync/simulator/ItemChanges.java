package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.ContactWriter.Call;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an item changes of a contact, after everything that Mautic ignores, drops and cleans, and what it rejects. */
final class ItemChanges {
    private static final int LONGEST = 191;

    private final Map<String, @Nullable Object> changes = new LinkedHashMap<>();
    private final Map<String, List<String>> rejections = new TreeMap<>();
    private final @Nullable StoredContact existing;
    private final Call call;
    private final boolean overwrite;
    private final MauticVersion version;
    private boolean breaksDown;

    private ItemChanges(@Nullable StoredContact existing, Call call, boolean overwrite, MauticVersion version) {
        this.existing = existing;
        this.call = call;
        this.overwrite = overwrite;
        this.version = version;
    }

    static ItemChanges read(FieldStore fields, JsonNode item, @Nullable StoredContact existing, Call call) {
        boolean overwrite = call == Call.PUT || item.path("overwriteWithBlank").asBoolean(false);
        ItemChanges read = new ItemChanges(existing, call, overwrite, fields.version());
        for (Field field : fields.all()) {
            JsonNode sent = item.get(field.alias());
            if (sent != null) {
                read.sent(field, sent);
            } else if (existing != null && (call == Call.PUT || (call == Call.POST_NEW && overwrite))) {
                read.changes.put(field.alias(), null);
            }
        }
        return read;
    }

    /** New values by alias; null blanks a field. */
    Map<String, @Nullable Object> changes() {
        return changes;
    }

    /** Whether a text is too long for its column, and no check noticed it. */
    boolean breaksDown() {
        return breaksDown;
    }

    /** What is wrong, by alias. */
    Map<String, List<String>> rejections() {
        return rejections;
    }

    private void sent(Field field, JsonNode sent) {
        boolean empty = sent.isTextual() && sent.asText().isEmpty();
        if (sent.isNull() || empty) {
            if (empty && version.blankIsZero() && field.is("number", "boolean")) {
                changes.put(field.alias(), field.is("number") ? BigDecimal.ZERO : false);
            } else if (overwrite && !(empty && field.is("datetime"))) {
                changes.put(field.alias(), null);
            }
            return;
        }
        if (call != Call.PUT && !version.writesZeros() && dropped(field, sent, existing)) {
            return;
        }
        FieldValues.Reading reading = FieldValues.read(field, scalar(sent), version);
        if (reading.rejection().isPresent() && version.longTexts() && field.is("tel", "url", "email")) {
            breaksDown |= sent.asText().length() > LONGEST;
        }
        reading.rejection().ifPresent(message -> rejections.put(field.alias(), List.of(message)));
        reading.kept().ifPresent(value -> changes.put(field.alias(), value));
    }

    /**
     * Every call but PUT drops numbers below one: 0, "0", 0.5. A new contact keeps 0.5 and the text "0", and gets the
     * field's default for the number 0.
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
}
