package app.gigpigs.mauticsync.outbound.payload;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mapping.FieldKind;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.FieldRules;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.ContactField;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * This Mautic's contact fields: checked against the mapping before anything is sent, and what rejected items teach
 * about them during the run. Thread-safe.
 */
public final class TargetSchema {
    private static final Pattern LENGTH = Pattern.compile("(\\d+) characters? or less");

    private static final Pattern BATCH_LIMIT = Pattern.compile("max of (\\d{1,6}) entities");

    private final Map<String, ContactField> fields;
    private final PlaceNames places;
    private final Map<String, Integer> lengths = new ConcurrentHashMap<>();
    private volatile int batchLimit = Integer.MAX_VALUE;

    private TargetSchema(Map<String, ContactField> fields, PlaceNames places) {
        this.fields = fields;
        this.places = places;
    }

    /**
     * Checks that the fields can hold the mapping. Mautic ignores an unknown alias silently, and every customer would
     * count as synced.
     *
     * @throws NotReadyException naming each field that is missing, unpublished or of the wrong type
     */
    public static TargetSchema of(List<ContactField> present, FieldMap map, PlaceNames places) {
        Map<String, ContactField> byAlias =
                present.stream().collect(Collectors.toMap(ContactField::alias, Function.identity(), (a, b) -> a));
        List<String> problems = new ArrayList<>();
        for (MappedField field : map.fields()) {
            ContactField found = byAlias.get(field.alias());
            if (found == null) {
                problems.add("Mautic has no contact field \"" + field.alias() + "\": create it (type "
                        + typical(field.kind()) + ") under Settings > Custom Fields");
            } else if (!found.published()) {
                problems.add("Mautic's contact field \"" + field.alias() + "\" is not published: publish it");
            } else if (!field.kind().mauticTypes().contains(found.type())) {
                problems.add("Mautic's contact field \"" + field.alias() + "\" is of type " + found.type()
                        + ", expected " + typical(field.kind()));
            }
        }
        if (!problems.isEmpty()) {
            throw new NotReadyException(ErrorCode.MAUTIC_INCOMPLETE, problems);
        }
        return new TargetSchema(byAlias, places);
    }

    /** A schema without fields, for looking at a customer while Mautic does not answer. */
    public static TargetSchema unknown(PlaceNames places) {
        return new TargetSchema(Map.of(), places);
    }

    /** What is known now about the values that this Mautic accepts. */
    FieldRules rules() {
        Map<String, List<String>> choices = new HashMap<>();
        fields.forEach((alias, field) -> {
            if (!field.choices().isEmpty() && field.type().equals("select")) {
                choices.put(alias, field.choices());
            }
        });
        return new FieldRules(choices, lengths, places);
    }

    /** Learns a length from a rejected item: the API tells a field's limit nowhere else. */
    public void learn(Map<String, List<String>> rejected) {
        rejected.forEach((alias, message) -> message.forEach(sentence -> {
            Matcher length = LENGTH.matcher(sentence);
            if (length.find()) {
                lengths.put(alias, Integer.parseInt(length.group(1)));
            }
        }));
    }

    /** Whether Mautic fills this field in by itself when a new contact leaves it blank. */
    public boolean hasDefault(String alias) {
        ContactField field = fields.get(alias);
        return field != null
                && field.defaultValue() != null
                && !field.defaultValue().isEmpty();
    }

    /** The most items of one call, as far as known; Mautic tells its limit only by rejecting more. */
    public int batchLimit() {
        return batchLimit;
    }

    /**
     * Learns the limit from Mautic's message, which comes with a 500 (seen on 5.1.0).
     *
     * @return whether the message was about the limit
     */
    public boolean learnBatchLimit(String message) {
        Matcher limit = BATCH_LIMIT.matcher(message);
        if (!limit.find()) {
            return false;
        }
        batchLimit = Math.max(1, Integer.parseInt(limit.group(1)));
        return true;
    }

    /** Whether a field of this alias holds a time, which Mautic answers without its zone. */
    boolean isTime(String alias) {
        ContactField field = fields.get(alias);
        return field != null && field.type().equals("datetime");
    }

    /** Mautic answers times in UTC without saying so; sent back like that, they would be read in the server's own zone. */
    @org.jspecify.annotations.Nullable
    public Object withZone(String alias, @org.jspecify.annotations.Nullable Object value) {
        return value instanceof String text
                        && isTime(alias)
                        && text.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d(:\\d\\d)?")
                ? text.replace(' ', 'T') + "+00:00"
                : value;
    }

    private static String typical(FieldKind kind) {
        return kind == FieldKind.TEXT || kind == FieldKind.ID
                ? "text"
                : kind.mauticTypes().stream().sorted().findFirst().orElse("text");
    }
}
