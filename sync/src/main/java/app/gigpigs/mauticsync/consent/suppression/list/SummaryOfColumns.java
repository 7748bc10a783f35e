package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import app.gigpigs.mauticsync.consent.suppression.list.ListSummary.ColumnSummary;
import app.gigpigs.mauticsync.consent.suppression.list.ListSummary.Form;
import app.gigpigs.mauticsync.consent.suppression.list.ListSummary.ValueSummary;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is told about the columns of a list. */
record SummaryOfColumns(
        List<Column> columns, List<Column> emails, Map<Column, Use> uses, Map<Column, ValueCounts> seen) {
    ListSummary with(ListText text, ListFormat format, Map<Reason, Long> byReason, long others) {
        Optional<Integer> header = format.header().map(ListRows.ListRow::line);
        return new ListSummary(
                new Form(text.charset().name(), format.delimiterName()),
                header,
                columns.stream().map(this::column).toList(),
                Map.copyOf(byReason),
                others);
    }

    private ColumnSummary column(Column column) {
        List<ValueSummary> values = seen.containsKey(column) ? seen.get(column).shown() : List.of();
        return new ColumnSummary(column.label(), use(column), values);
    }

    private String use(Column column) {
        if (emails.contains(column)) {
            return Role.EMAIL.message();
        }
        return switch (uses.getOrDefault(column, Use.IGNORED)) {
            case OPTED_OUT -> Role.OPTED_OUT.message();
            case SUBSCRIBED -> Role.SUBSCRIBED.message();
            case STATUS -> Role.STATUS.message();
            case OPT_OUT_REASON, REASON -> Role.REASON.message();
            case REMARK -> "the reason, where no other column says it";
            case DATE -> Role.DATE.message();
            case IGNORED -> "not used";
        };
    }
}
