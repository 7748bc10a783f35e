package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A table of the statistics API, in the order of its ids. A cursor by id takes a binary search and reads its page only,
 * however many rows there are. Thread-safe.
 *
 * @param <R> a row
 */
final class Table<R> {
    private final ToLongFunction<R> id;
    private final Columns<R> columns;
    private final List<R> rows = new ArrayList<>();
    private final Map<Long, R> late = new LinkedHashMap<>();
    private long lastId;

    Table(ToLongFunction<R> id, Columns<R> columns) {
        this.id = id;
        this.columns = columns;
    }

    /** The columns by their names, in Mautic's order; a column without a value is left out. */
    record Columns<R>(Map<String, Function<R, @Nullable Object>> byName) {
        static <R> Columns<R> none() {
            return new Columns<>(new LinkedHashMap<>());
        }

        Columns<R> with(String name, Function<R, @Nullable Object> value) {
            byName.put(name, value);
            return this;
        }

        @Nullable
        String text(R row, String name) {
            Function<R, @Nullable Object> column = byName.get(name);
            Object value = column == null ? null : column.apply(row);
            if (value instanceof Boolean flag) {
                return flag ? "1" : "0";
            }
            return value instanceof Instant instant ? Time.table(instant) : value == null ? null : value.toString();
        }
    }

    synchronized long nextId() {
        return ++lastId;
    }

    synchronized void add(R row) {
        int at = position(id.applyAsLong(row));
        rows.add(at, row);
        lastId = Math.max(lastId, id.applyAsLong(row));
    }

    synchronized void removeIf(Predicate<R> condition) {
        rows.removeIf(condition);
        late.values().removeIf(condition);
    }

    synchronized @Nullable R get(long wanted) {
        int at = position(wanted);
        boolean there = at < rows.size() && id.applyAsLong(rows.get(at)) == wanted;
        return there ? rows.get(at) : late.get(wanted);
    }

    synchronized List<R> all() {
        return List.copyOf(rows);
    }

    /** Hides this row, as if its transaction had not committed yet. */
    synchronized void holdBack(long wanted) {
        int at = position(wanted);
        if (at == rows.size() || id.applyAsLong(rows.get(at)) != wanted) {
            throw new IllegalArgumentException("no row " + wanted);
        }
        late.put(wanted, rows.remove(at));
    }

    /** Shows the rows that were held back. */
    synchronized void commit() {
        List<R> now = new ArrayList<>(late.values());
        late.clear();
        now.forEach(this::add);
    }

    /** The position of the row with this id, or where it would be. */
    private int position(long wanted) {
        int low = 0;
        int high = rows.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (id.applyAsLong(rows.get(middle)) < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    Columns<R> columns() {
        return columns;
    }

    synchronized Answer answer(Query query) {
        return StatsAnswer.of(query, columns, inRange(query));
    }

    private List<R> inRange(Query query) {
        for (Where where : query.where()) {
            if (where.column().equals("id") && where.expression().equals("in")) {
                return named(where);
            }
        }
        int from = 0;
        int to = rows.size();
        for (Where where : query.where()) {
            if (where.column().equals("id") && where.number()) {
                long value = Long.parseLong(where.value());
                switch (where.expression()) {
                    case "gt" -> from = Math.max(from, position(value + 1));
                    case "gte" -> from = Math.max(from, position(value));
                    case "lt" -> to = Math.min(to, position(value));
                    case "lte" -> to = Math.min(to, position(value + 1));
                    default -> {
                        // checked row by row
                    }
                }
            }
        }
        return rows.subList(Math.min(from, to), to);
    }

    /** A list of ids takes one look-up each, as with the database's index. */
    private List<R> named(Where where) {
        List<R> named = new ArrayList<>();
        where.values().stream()
                .filter(value -> value.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .sorted()
                .distinct()
                .forEach(wanted -> {
                    int at = position(wanted);
                    if (at < rows.size() && id.applyAsLong(rows.get(at)) == wanted) {
                        named.add(rows.get(at));
                    }
                });
        return named;
    }
}
