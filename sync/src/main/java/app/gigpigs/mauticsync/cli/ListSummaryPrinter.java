package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import app.gigpigs.mauticsync.consent.suppression.list.ListSummary;
import app.gigpigs.mauticsync.consent.suppression.list.ListSummary.ColumnSummary;
import app.gigpigs.mauticsync.consent.suppression.list.ListSummary.ValueSummary;
import app.gigpigs.mauticsync.consent.suppression.list.Meaning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows how a list was understood. */
final class ListSummaryPrinter {
    private ListSummaryPrinter() {}

    static void text(Output output, ListSummary summary) {
        output.line("The list: " + summary.form().encoding() + ", divided by "
                + summary.form().delimiter() + ", "
                + summary.header().map(line -> "header in line " + line).orElse("no header") + ".");
        for (ColumnSummary column : summary.columns()) {
            output.line("  " + column.name() + ": " + column.use() + values(column.values()));
        }
        output.line("Opted out on the list: "
                + (summary.byReason().isEmpty() ? "none" : join(reasons(summary)))
                + "; not opted out: " + summary.notOptedOut() + ".");
    }

    static Map<String, Object> fields(ListSummary summary) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("encoding", summary.form().encoding());
        fields.put("delimiter", summary.form().delimiter());
        fields.put("headerLine", summary.header().orElse(null));
        fields.put(
                "columns",
                summary.columns().stream().map(ListSummaryPrinter::column).toList());
        fields.put("byReason", reasons(summary));
        fields.put("notOptedOut", summary.notOptedOut());
        return fields;
    }

    private static String values(List<ValueSummary> values) {
        return values.isEmpty()
                ? ""
                : " - "
                        + values.stream()
                                .map(value ->
                                        "\"" + value.value() + "\" " + value.meaning() + " (" + value.lines() + ")")
                                .collect(Collectors.joining(", "));
    }

    private static Map<String, Object> column(ColumnSummary column) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", column.name());
        fields.put("use", column.use());
        fields.put(
                "values",
                column.values().stream()
                        .map(value ->
                                Map.of("value", value.value(), "meaning", value.meaning(), "lines", value.lines()))
                        .toList());
        return fields;
    }

    /** All reasons, in one order. */
    private static Map<String, Long> reasons(ListSummary summary) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Reason reason : Reason.values()) {
            counts.put(Meaning.name(reason), summary.byReason().getOrDefault(reason, 0L));
        }
        return counts;
    }

    private static String join(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .filter(one -> one.getValue() > 0)
                .flatMap(one -> Stream.of(one.getValue() + " " + one.getKey()))
                .collect(Collectors.joining(", "));
    }
}
