package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.text.ForeignText;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of Mautic's own tables ({@code GET /api/stats/TABLE}). Thread-safe; reads only.
 *
 * <p>Mautic reports every error here as 200 without {@code stats}, an unknown column as well as an unknown table (seen
 * on 5.1.0): both are a {@link MauticRejected}. For each page Mautic first counts all rows that match the filter, so a
 * wide filter is slow even if the page is small.
 */
public final class StatsApi {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private final ApiCalls calls;

    StatsApi(ApiCalls calls) {
        this.calls = calls;
    }

    /** The rows that were asked for, in that order. */
    public List<Row> rows(Select select) {
        JsonNode answer = calls.json("GET", "/api/stats/" + select.table + "?" + select.query(), null);
        JsonNode stats = answer.path("stats");
        if (!stats.isArray()) {
            throw new MauticRejected(
                    ErrorCode.MAUTIC_TABLE, "Mautic does not show its table " + select.table + ": " + reason(answer));
        }
        List<Row> rows = new ArrayList<>(stats.size());
        stats.forEach(row -> rows.add(row(row)));
        return rows;
    }

    private static Row row(JsonNode json) {
        Map<String, String> values = new LinkedHashMap<>();
        json.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                values.put(field.getKey(), field.getValue().asText());
            }
        });
        return new Row(values);
    }

    private static String reason(JsonNode answer) {
        String message =
                ForeignText.line(answer.path("errors").path(0).path("message").asText(""));
        if (!message.isEmpty()) {
            return message;
        }
        return answer.has("availableTables") ? "it has no table of that name" : "its answer has no stats";
    }

    /** A time as these tables write it: UTC, whole seconds, no zone. */
    public static String time(Instant time) {
        return TIME.format(time);
    }

    /** A query of one table; immutable. */
    public static final class Select {
        private final String table;
        private final List<String> where;
        private final List<String> order;
        private final int start;
        private final int limit;

        private Select(String table, List<String> where, List<String> order, int start, int limit) {
            this.table = table;
            this.where = List.copyOf(where);
            this.order = List.copyOf(order);
            this.start = start;
            this.limit = limit;
        }

        /** All rows of a table, by default at most a hundred. */
        public static Select from(String table) {
            return new Select(table, List.of(), List.of(), 0, 100);
        }

        /** All rows of the same table. */
        public Select unfiltered() {
            return from(table);
        }

        /**
         * Only rows for which this holds too; a comparison with a column without a value never does.
         *
         * @param expression eq, neq, gt, gte, lt, lte
         */
        public Select where(String column, String expression, Object value) {
            return with(ApiCalls.where(where.size(), column, expression, ApiCalls.encode(String.valueOf(value))));
        }

        /** Only rows whose column has one of these ids; a request line has room for about 500. */
        public Select whereIn(String column, Collection<Long> ids) {
            // The commas are not encoded: Mautic does not need it, and each would take three characters of a short
            // line.
            String list = ids.stream().map(String::valueOf).collect(Collectors.joining(","));
            return with(ApiCalls.where(where.size(), column, "in", list));
        }

        private Select with(String condition) {
            List<String> more = new ArrayList<>(where);
            more.add(condition);
            return new Select(table, more, order, start, limit);
        }

        /** Sorted by that column, ascending. */
        public Select by(String column) {
            return ordered(column, "asc");
        }

        /** Sorted by that column, descending. */
        public Select byDescending(String column) {
            return ordered(column, "desc");
        }

        private Select ordered(String column, String direction) {
            List<String> more = new ArrayList<>(order);
            String prefix = "order%5B" + order.size() + "%5D";
            more.add(prefix + "%5Bcol%5D=" + column + "&" + prefix + "%5Bdir%5D=" + direction);
            return new Select(table, where, more, start, limit);
        }

        /** At most that number of rows; 10,000 in one answer work (seen on 5.1.0). */
        public Select limit(int rows) {
            return new Select(table, where, order, start, rows);
        }

        /** Skips the first rows. */
        public Select start(int row) {
            return new Select(table, where, order, row, limit);
        }

        private String query() {
            List<String> parts = new ArrayList<>(where);
            parts.addAll(order);
            parts.add("limit=" + limit + "&start=" + start);
            return String.join("&", parts);
        }
    }

    /** One row. Every value is text; a column without a value is missing (seen on 5.1.0). */
    public record Row(Map<String, String> values) {
        public Row {
            values = Map.copyOf(values);
        }

        /** A column's text; null when it is blank. */
        public @Nullable String text(String column) {
            String value = values.get(column);
            return value == null || value.isBlank() ? null : value;
        }

        /** A column as a positive number; null when it is not one. */
        public @Nullable Long number(String column) {
            String value = values.getOrDefault(column, "");
            return value.matches("\\d{1,18}") && Long.parseLong(value) > 0 ? Long.valueOf(value) : null;
        }

        /** A column as a time, which Mautic stores in UTC; null when it is not one. */
        public @Nullable Instant time(String column) {
            return StatsApi.parse(values.getOrDefault(column, ""));
        }
    }

    /** Reads a time as these tables write it; null when it is not one. */
    public static @Nullable Instant parse(String text) {
        try {
            return LocalDateTime.parse(text.strip().replace(' ', 'T')).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
