package app.gigpigs.mauticsync.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One condition of a query. */
record Where(String column, String expression, String value) {
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

    boolean number() {
        return !value.isEmpty() && value.length() < 19 && value.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** As SQL has it: a comparison with NULL never holds. */
    boolean holdsOrNull(@Nullable Object actual) {
        return switch (expression) {
            case "isNull" -> actual == null;
            case "isNotNull" -> actual != null;
            default -> actual != null && holds(actual.toString());
        };
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
