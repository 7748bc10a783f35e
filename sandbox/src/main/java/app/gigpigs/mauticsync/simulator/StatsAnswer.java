package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.Table.Columns;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of the statistics API to a query: filtered, sorted, one page. */
final class StatsAnswer {
    private StatsAnswer() {}

    static <R> Answer of(Query query, Columns<R> columns, List<R> candidates) {
        List<R> found = candidates;
        for (Where where : query.where()) {
            boolean narrowed = where.column().equals("id")
                    && where.number()
                    && where.expression().matches("[gl]te?");
            if (!narrowed) {
                found = found.stream()
                        .filter(row -> where.holdsOrNull(columns.text(row, where.column())))
                        .toList();
            }
        }
        if (!query.inStoredOrder()) {
            found = found.stream().sorted(order(query, columns)).toList();
        }
        StringBuilder out = new StringBuilder("{\"total\":\"" + found.size() + "\",\"stats\":[");
        for (R row : query.page(found)) {
            out.append(out.charAt(out.length() - 1) == '[' ? "" : ",");
            write(out, columns, row);
        }
        return Answer.json(200, out.append("]}").toString());
    }

    private static <R> void write(StringBuilder out, Columns<R> columns, R row) {
        String separator = "{";
        for (String name : columns.byName().keySet()) {
            String value = columns.text(row, name);
            if (value != null) {
                out.append(separator).append('"').append(name).append("\":").append(ContactJson.quoted(value));
                separator = ",";
            }
        }
        out.append('}');
    }

    private static <R> Comparator<R> order(Query query, Columns<R> columns) {
        return query.order().stream()
                .map(order -> one(order, columns))
                .reduce(Comparator::thenComparing)
                .orElseThrow();
    }

    private static <R> Comparator<R> one(Query.Order order, Columns<R> columns) {
        Comparator<R> ascending =
                (left, right) -> compare(columns.text(left, order.column()), columns.text(right, order.column()));
        return order.descending() ? ascending.reversed() : ascending;
    }

    /** Numbers by value, NULL first, as MariaDB does. */
    private static int compare(@Nullable String left, @Nullable String right) {
        if (left == null || right == null) {
            return Boolean.compare(left != null, right != null);
        }
        boolean numbers = left.matches("\\d{1,18}") && right.matches("\\d{1,18}");
        return numbers ? Long.compare(Long.parseLong(left), Long.parseLong(right)) : left.compareTo(right);
    }
}
