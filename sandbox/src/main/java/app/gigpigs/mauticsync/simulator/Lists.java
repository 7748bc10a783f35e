package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The calls that read: contacts by where, search and order, and fields. */
final class Lists {
    private static final Set<String> DATES = Set.of("date_added", "date_modified");

    private final FieldStore fields;
    private final FieldCalls definitions;
    private final ContactStore contacts;
    private final SegmentStore segments;
    private final ContactJson json;

    Lists(FieldStore fields, FieldCalls definitions, ContactStore contacts, SegmentStore segments, ContactJson json) {
        this.fields = fields;
        this.definitions = definitions;
        this.contacts = contacts;
        this.segments = segments;
        this.json = json;
    }

    Answer contacts(Map<String, String> query) {
        List<Where> conditions = Where.all(query);
        boolean list = query.keySet().stream().anyMatch(name -> name.matches("where\\[\\d+\\]\\[val\\]\\[.*"));
        if (list
                || conditions.stream().anyMatch(where -> !column(where.column()))
                || !column(query.getOrDefault("orderBy", "id"))) {
            return Answer.broke(500);
        }
        List<StoredContact> found = new ArrayList<>(candidates(conditions));
        for (Where where : conditions) {
            found.removeIf(contact -> !holds(where, contact));
        }
        found.removeIf(search(query.getOrDefault("search", "")).negate());
        String column = query.getOrDefault("orderBy", "id");
        Comparator<StoredContact> byId = Comparator.comparingLong(contact -> contact.id);
        if (DATES.contains(column)) {
            byId = Comparator.comparing((StoredContact contact) -> value(contact, column))
                    .thenComparing(byId);
        }
        boolean descending = "desc".equalsIgnoreCase(query.getOrDefault("orderByDir", "asc"));
        found.sort(descending ? byId.reversed() : byId);
        StringBuilder out = new StringBuilder("{\"total\":\"" + found.size() + "\",\"contacts\":{");
        for (StoredContact contact : page(found, query, 30)) {
            out.append(out.charAt(out.length() - 1) == '{' ? "" : ",")
                    .append('"')
                    .append(contact.id)
                    .append("\":");
            json.write(out, contact, ContactJson.Echo.PLAIN, null);
        }
        return Answer.json(200, out.append("}}").toString());
    }

    /** Uses the index of the unique fields where the query allows it; otherwise returns all contacts. */
    private Set<StoredContact> candidates(List<Where> conditions) {
        Set<StoredContact> found = new LinkedHashSet<>();
        for (Where where : conditions) {
            boolean exact =
                    where.expression().equals("eq") || where.expression().equals("in");
            if (exact && List.of("email", "supabase_id", "id").contains(where.column())) {
                for (String value : where.values()) {
                    if (where.column().equals("id")) {
                        Optional.ofNullable(value.matches("\\d{1,18}") ? contacts.get(Long.parseLong(value)) : null)
                                .ifPresent(found::add);
                    } else {
                        found.addAll(contacts.with(where.column(), value));
                    }
                }
                return found;
            }
        }
        found.addAll(contacts.all());
        return found;
    }

    private boolean column(String name) {
        return name.equals("id") || DATES.contains(name) || fields.get(name) != null;
    }

    /** A comparison with a date that is not there never holds. */
    private static boolean holds(Where where, StoredContact contact) {
        String value = value(contact, where.column());
        return where.holdsOrNull(value.isEmpty() && DATES.contains(where.column()) ? null : value);
    }

    private static String value(StoredContact contact, String column) {
        Instant date = column.equals("date_added")
                ? contact.added
                : column.equals("date_modified") ? contact.activity().modified() : null;
        if (date != null) {
            return Time.table(date);
        }
        if (column.equals("id")) {
            return String.valueOf(contact.id);
        }
        Object value = contact.get(column);
        return value == null ? "" : value.toString();
    }

    private Predicate<StoredContact> search(String text) {
        String wanted = text.replace("\"", "").strip();
        if (wanted.isEmpty()) {
            return contact -> true;
        }
        int colon = wanted.indexOf(':');
        String key = colon < 0 ? "" : wanted.substring(0, colon);
        String value = wanted.substring(colon + 1);
        return switch (key) {
            case "ids" -> contact -> Arrays.asList(value.split(",", -1)).contains(String.valueOf(contact.id));
            case "segment" ->
                contact -> {
                    SegmentStore.Stored segment = segments.withAlias(value);
                    return segment != null && segment.members().contains(contact.id);
                };
            default -> contact -> value(contact, key).toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT));
        };
    }

    Answer contactSegments(long asked) {
        StoredContact contact = contacts.find(asked);
        long id = contact == null ? asked : contact.id;
        StringBuilder out = new StringBuilder();
        int[] total = new int[1];
        segments.all().values().stream()
                .filter(segment -> segment.members().contains(id))
                .forEach(segment -> {
                    total[0]++;
                    out.append(out.isEmpty() ? "" : ",")
                            .append("\"")
                            .append(segment.id())
                            .append("\":{\"id\":")
                            .append(segment.id())
                            .append(",\"name\":")
                            .append(ContactJson.quoted(segment.name()))
                            .append(",\"alias\":\"")
                            .append(segment.alias())
                            .append("\",\"manuallyRemoved\":false,\"manuallyAdded\":true}");
                });
        return Answer.json(200, "{\"total\":" + total[0] + ",\"lists\":{" + out + "}}");
    }

    Answer fields(Map<String, String> query) {
        List<Field> found = new ArrayList<>(fields.all());
        Where.all(query)
                .forEach(where ->
                        found.removeIf(field -> where.column().equals("alias") && !where.holds(field.alias())));
        String search = query.getOrDefault("search", "");
        found.removeIf(field -> !field.alias().contains(search));
        StringBuilder out = new StringBuilder("{\"total\":" + found.size() + ",\"fields\":{");
        for (Field field : page(found, query, 30)) {
            out.append(out.charAt(out.length() - 1) == '{' ? "" : ",")
                    .append('"')
                    .append(field.id() + (field.group().equals("social") ? 1000 : 0))
                    .append("\":")
                    .append(definitions.json(field));
        }
        return Answer.json(200, out.append("}}").toString());
    }

    private static <T> List<T> page(List<T> rows, Map<String, String> query, int usual) {
        int start = Math.min(rows.size(), number(query.get("start"), 0));
        int limit = number(query.get("limit"), usual);
        return rows.subList(start, limit == 0 ? rows.size() : Math.min(rows.size(), start + limit));
    }

    private static int number(@org.jspecify.annotations.Nullable String text, int usual) {
        return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : usual;
    }
}
