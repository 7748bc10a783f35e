package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.suppression.list.ListRows.ListRow;
import app.gigpigs.mauticsync.consent.suppression.list.ListSummary.ValueSummary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a person has to say before a list can be imported: counted while it is read, asked once. */
final class ListQuestions {
    private final Map<Column, ValueCounts> unknown = new LinkedHashMap<>();
    private final Map<List<Column>, Long> contradictory = new LinkedHashMap<>();
    private final ValueReader values;

    ListQuestions(ValueReader values) {
        this.values = values;
    }

    void add(ListRow row, RowReader.Answer answer) {
        for (Column column : answer.unknown()) {
            String cell = column.cell(row);
            unknown.computeIfAbsent(column, any -> new ValueCounts()).add(cell, values.read(cell), "not understood");
        }
        if (!answer.contradictory().isEmpty()) {
            contradictory.merge(answer.contradictory(), 1L, Long::sum);
        }
    }

    /**
     * Asks.
     *
     * @param seen all values of the columns, also those that are understood
     * @throws UnusableListException when anything was not understood
     */
    void ask(Map<Column, ValueCounts> seen) {
        if (unknown.isEmpty() && contradictory.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder("nothing was imported: the list does not say clearly who opted out");
        unknown.forEach((column, counts) ->
                message.append('\n').append(question(column, counts, seen.getOrDefault(column, counts))));
        contradictory.forEach((columns, lines) -> message.append('\n')
                .append("contradictory on " + lines + " lines: " + Column.all(columns)
                        + ": one says not subscribed, and another no opt-out; leave one of the columns out: "
                        + columns.stream()
                                .map(column -> "--ignore-column " + column.option())
                                .collect(Collectors.joining(" or "))));
        throw new UnusableListException(message.toString());
    }

    private static String question(Column column, ValueCounts counts, ValueCounts seen) {
        String first = counts.shown().get(0).value();
        String understood = seen.shown().stream()
                .filter(value -> !isIn(value, counts))
                .map(value -> "\"" + value.value() + "\" (" + value.lines() + ", " + value.meaning() + ")")
                .collect(Collectors.joining(", "));
        return column.label() + " has values that are not understood, with the number of lines: "
                + counts.shown().stream()
                        .map(value -> "\"" + value.value() + "\" (" + value.lines() + ")")
                        .collect(Collectors.joining(", "))
                + (counts.more() > 0 ? " and " + counts.more() + " more" : "")
                + (understood.isEmpty() ? "" : "; understood: " + understood)
                + ". Say what each means: --word \"" + first + "=opted-out\" (or =unsubscribed, =bounced, =complained,"
                + " =blocked) or --word \"" + first + "=not-opted-out\"; or, if the column says nothing about opt-outs:"
                + " --ignore-column " + column.option();
    }

    private static boolean isIn(ValueSummary value, ValueCounts counts) {
        return counts.shown().stream().anyMatch(one -> one.value().equals(value.value()));
    }
}
