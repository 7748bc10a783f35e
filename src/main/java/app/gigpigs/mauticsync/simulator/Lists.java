package app.gigpigs.mauticsync.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The calls that read: contacts by where, search and order, fields, and the statistics tables. */
final class Lists {
    /** The statistics tables that are kept; page_hits stays empty, as nobody mails anybody here. */
    private static final Map<String, List<String>> TABLES = Map.of(
            "lead_lists_leads", List.of("leadlist_id", "lead_id", "date_added", "manually_removed", "manually_added"),
            "page_hits", List.of("id", "date_hit", "email_id", "lead_id", "redirect_id", "source", "url", "query"));

    private final Fields fields;
    private final Contacts contacts;
    private final Segments segments;
    private final ContactJson json;

    Lists(Fields fields, Contacts contacts, Segments segments, ContactJson json) {
        this.fields = fields;
        this.contacts = contacts;
        this.segments = segments;
        this.json = json;
    }

    /** One condition of a query. */
    private record Where(String column, String expression, String value) {
        static List<Where> all(Map<String, String> query) {
            List<Where> conditions = new ArrayList<>();
            for (int i = 0; query.containsKey("where[" + i + "][col]"); i++) {
                conditions.add(new Where(
                        query.getOrDefault("where[" + i + "][col]", ""),
                        query.getOrDefault("where[" + i + "][expr]", "eq"),
                        query.getOrDefault("where[" + i + "][val]", "")));
            }
            return conditions;
        }

        List<String> values() {
            return expression.equals("in") ? Arrays.asList(value.split(",", -1)) : List.of(value);
        }

        boolean holds(String actual) {
            return switch (expression) {
                case "eq", "in" -> values().stream().anyMatch(value -> value.equalsIgnoreCase(actual));
                case "neq" -> !value.equalsIgnoreCase(actual);
                case "gt" -> compare(actual, value) > 0;
                case "gte" -> compare(actual, value) >= 0;
                case "lt" -> compare(actual, value) < 0;
                case "lte" -> compare(actual, value) <= 0;
                default -> false;
            };
        }

        private static int compare(String actual, String wanted) {
            boolean numbers = actual.matches("\\d+") && wanted.matches("\\d+");
            return numbers ? Long.compare(Long.parseLong(actual), Long.parseLong(wanted)) : actual.compareTo(wanted);
        }
    }

    Answer contacts(Map<String, String> query) {
        List<Where> conditions = Where.all(query);
        if (conditions.stream().anyMatch(where -> !column(where.column()))
                || !column(query.getOrDefault("orderBy", "id"))) {
            return Answer.broke(500);
        }
        List<StoredContact> found = new ArrayList<>(candidates(conditions));
        for (Where where : conditions) {
            found.removeIf(contact -> !where.holds(value(contact, where.column())));
        }
        found.removeIf(search(query.getOrDefault("search", "")).negate());
        Comparator<StoredContact> byId = Comparator.comparingLong(contact -> contact.id);
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

    /** By the unique fields' index where the query allows it; everything otherwise. */
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
        return name.equals("id")
                || name.equals("date_added")
                || name.equals("date_modified")
                || fields.get(name) != null;
    }

    private static String value(StoredContact contact, String column) {
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
                    Segments.Stored segment = segments.withAlias(value);
                    return segment != null && segment.members().contains(contact.id);
                };
            default -> contact -> value(contact, key).toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT));
        };
    }

    Answer contactSegments(long id) {
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
                    .append(field(field));
        }
        return Answer.json(200, out.append("}}").toString());
    }

    static String field(Field field) {
        StringBuilder choices = new StringBuilder();
        field.shape()
                .choices()
                .forEach(choice -> choices.append(choices.isEmpty() ? "" : ",")
                        .append("{\"label\":")
                        .append(ContactJson.quoted(choice))
                        .append(",\"value\":")
                        .append(ContactJson.quoted(choice))
                        .append('}'));
        String properties = field.is("select") ? "{\"list\":[" + choices + "]}" : "{}";
        return "{\"isPublished\":true,\"id\":" + field.id() + ",\"label\":" + ContactJson.quoted(field.label())
                + ",\"alias\":\"" + field.alias() + "\",\"type\":\"" + field.type() + "\",\"group\":\"" + field.group()
                + "\",\"object\":\"lead\",\"defaultValue\":"
                + ContactJson.quoted(field.shape().defaultValue())
                + ",\"isRequired\":false,\"isFixed\":false,\"isUniqueIdentifier\":"
                + field.shape().unique()
                + ",\"properties\":" + properties + "}";
    }

    /** The statistics API reports its errors as 200. */
    Answer stats(String table, Map<String, String> query) {
        List<String> columns = TABLES.get(table);
        if (columns == null) {
            return Answer.json(200, "{\"availableTables\":[\"lead_lists_leads\"],\"tableColumns\":{}}");
        }
        List<Where> conditions = Where.all(query);
        Optional<Where> unknown = conditions.stream()
                .filter(where -> !columns.contains(where.column()))
                .findFirst();
        if (unknown.isPresent()) {
            return Answer.json(
                    200,
                    "{\"errors\":[{\"message\":\"An exception occurred while executing a query: SQLSTATE[42S22]: Column not found: 1054 Unknown column 'e."
                            + unknown.get().column() + "' in 'WHERE'\",\"code\":1054}]}");
        }
        List<Map<String, String>> rows = new ArrayList<>();
        segments.all()
                .values()
                .forEach(segment -> segment.members().forEach(contact -> {
                    Map<String, String> row = new LinkedHashMap<>();
                    row.put("leadlist_id", String.valueOf(segment.id()));
                    row.put("lead_id", String.valueOf(contact));
                    row.put("date_added", "2026-01-01 00:00:00");
                    row.put("manually_removed", "0");
                    row.put("manually_added", "1");
                    rows.add(row);
                }));
        conditions.forEach(where -> rows.removeIf(row -> !where.holds(row.getOrDefault(where.column(), ""))));
        StringBuilder out = new StringBuilder("{\"total\":\"" + rows.size() + "\",\"stats\":[");
        for (Map<String, String> row : page(rows, query, 100)) {
            out.append(out.charAt(out.length() - 1) == '[' ? "{" : ",{");
            row.forEach((name, value) -> out.append(out.charAt(out.length() - 1) == '{' ? "" : ",")
                    .append('"')
                    .append(name)
                    .append("\":\"")
                    .append(value)
                    .append('"'));
            out.append('}');
        }
        return Answer.json(200, out.append("]}").toString());
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
