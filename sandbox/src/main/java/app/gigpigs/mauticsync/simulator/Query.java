package app.gigpigs.mauticsync.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A query of the statistics API. */
record Query(List<Where> where, List<Order> order, int start, int limit) {
    /** The rows of an answer without a requested limit. */
    private static final int USUAL = 100;

    Query {
        where = List.copyOf(where);
        order = List.copyOf(order);
    }

    /** One column to sort by. */
    record Order(String column, String direction) {
        boolean descending() {
            return direction.equalsIgnoreCase("desc");
        }
    }

    static Query of(Map<String, String> sent) {
        List<Order> order = new ArrayList<>();
        for (int i = 0; sent.containsKey("order[" + i + "][col]"); i++) {
            order.add(new Order(
                    sent.getOrDefault("order[" + i + "][col]", ""), sent.getOrDefault("order[" + i + "][dir]", "asc")));
        }
        return new Query(Where.all(sent), order, number(sent.get("start"), 0), number(sent.get("limit"), USUAL));
    }

    private static int number(@Nullable String text, int usual) {
        return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : usual;
    }

    /** The database's message about an unknown column. */
    Optional<String> columnError(Set<String> columns) {
        for (Where condition : where) {
            if (!columns.contains(condition.column())) {
                return Optional.of(unknown(condition.column(), "WHERE"));
            }
        }
        for (Order sorted : order) {
            if (!columns.contains(sorted.column())) {
                return Optional.of(unknown(sorted.column(), "ORDER BY"));
            }
        }
        return Optional.empty();
    }

    private static String unknown(String column, String clause) {
        return "SQLSTATE[42S22]: Column not found: 1054 Unknown column 'e." + column + "' in '" + clause + "'";
    }

    /** Whether the rows are wanted in their stored order, by ascending id. */
    boolean inStoredOrder() {
        return order.isEmpty()
                || (order.get(0).column().equals("id") && !order.get(0).descending());
    }

    <T> List<T> page(List<T> found) {
        int from = Math.min(found.size(), start);
        return found.subList(from, limit == 0 ? found.size() : (int) Math.min(found.size(), (long) from + limit));
    }
}
