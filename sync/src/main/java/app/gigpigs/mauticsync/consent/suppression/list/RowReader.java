package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import app.gigpigs.mauticsync.consent.suppression.list.ColumnVote.Says;
import app.gigpigs.mauticsync.consent.suppression.list.ListRows.ListRow;
import app.gigpigs.mauticsync.consent.suppression.list.Meaning.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether the address of a row is on the list, and why. Pure. */
final class RowReader {
    private final List<ColumnValues> deciding;
    private final List<ColumnValues> reasons;
    private final List<ColumnValues> remarks;
    private final List<ColumnValues> dates;
    private final Map<Column, Use> uses;
    private final ValueReader values;
    private final ListOptions options;
    private final Reason otherwise;

    /**
     * Reads the rows of one list.
     *
     * @param otherwise the reason where no column and no person says one
     */
    RowReader(
            List<ColumnValues> columns,
            Map<Column, Use> uses,
            ValueReader values,
            ListOptions options,
            Reason otherwise) {
        this.otherwise = otherwise;
        this.uses = uses;
        this.values = values;
        this.options = options;
        this.deciding = columns.stream().filter(one -> use(one).decides()).toList();
        this.reasons = columns.stream().filter(one -> use(one) == Use.REASON).toList();
        this.remarks = columns.stream().filter(one -> use(one) == Use.REMARK).toList();
        this.dates = deciding.stream().allMatch(this::isOfOptOuts)
                ? columns.stream().filter(one -> use(one) == Use.DATE).toList()
                : List.of();
    }

    /** In a list of all contacts a date without a name is not the date of an opt-out. */
    private boolean isOfOptOuts(ColumnValues column) {
        boolean codes = column.all(kind -> kind == Kind.SMTP_CODE);
        boolean optOuts = column.all(kind -> kind == Kind.SMTP_CODE || kind == Kind.OPTED_OUT);
        return use(column) == Use.OPT_OUT_REASON
                || (!column.has(Kind.EMPTY) && (codes || (optOuts && column.role() == Role.KIND)));
    }

    private Use use(ColumnValues values) {
        return uses.getOrDefault(values.column(), Use.IGNORED);
    }

    /** A column, and what it says of a row. */
    private record Vote(ColumnValues values, ColumnVote vote) {}

    /**
     * A row's answer.
     *
     * @param optedOut whether the address is on the list; false, too, when that is not known
     * @param unknown columns whose value is not understood
     * @param contradictory columns of which one says opted out and the other the opposite
     */
    record Answer(
            boolean optedOut,
            @Nullable Reason reason,
            @Nullable Instant since,
            List<Column> unknown,
            List<Column> contradictory) {
        boolean isKnown() {
            return unknown.isEmpty() && contradictory.isEmpty();
        }
    }

    /** Whether the row has a cell that decides, and none beyond this number: they would have moved. */
    boolean isComplete(ListRow row, int cells) {
        return deciding.isEmpty()
                || (deciding.stream()
                                .anyMatch(one ->
                                        one.column().index() < row.cells().size())
                        && row.cells().stream().skip(cells).allMatch(String::isBlank));
    }

    /** Whether any column says of a row that it is, or is not, on the list. */
    boolean decides() {
        return !deciding.isEmpty();
    }

    Answer read(ListRow row) {
        List<Vote> votes = deciding.stream().map(one -> vote(one, row)).toList();
        List<Column> unknown = saying(votes, Says.UNKNOWN);
        boolean none = votes.stream().allMatch(one -> one.vote().says() == Says.EMPTY);
        if (unknown.isEmpty() && none && !votes.isEmpty()) {
            unknown = saying(votes, Says.EMPTY);
        }
        List<Vote> optOuts = votes.stream()
                .filter(one -> one.vote().says() == Says.OPTED_OUT)
                .toList();
        boolean optedOut = unknown.isEmpty() && (votes.isEmpty() || !optOuts.isEmpty());
        List<Column> contradictory = contradictory(row, votes, optOuts);
        return optedOut
                ? new Answer(true, reason(row, optOuts), since(row), unknown, contradictory)
                : new Answer(false, null, null, unknown, contradictory);
    }

    /** What a deciding column says of a row. */
    ColumnVote vote(Column column, ListRow row) {
        return deciding.stream()
                .filter(one -> one.column().equals(column))
                .findFirst()
                .map(one -> vote(one, row).vote())
                .orElseThrow();
    }

    List<Column> deciding() {
        return deciding.stream().map(ColumnValues::column).toList();
    }

    private Vote vote(ColumnValues column, ListRow row) {
        String cell = column.column().cell(row);
        return new Vote(column, ColumnVote.of(column, use(column), cell, values.read(cell)));
    }

    private static List<Column> saying(List<Vote> votes, Says says) {
        return votes.stream()
                .filter(one -> one.vote().says() == says)
                .map(one -> one.values().column())
                .toList();
    }

    /** Not subscribed and not unsubscribed: perhaps never asked. Or to one kind of mail and not to another. */
    private List<Column> contradictory(ListRow row, List<Vote> votes, List<Vote> optOuts) {
        boolean onlyNotSubscribed = !optOuts.isEmpty()
                && optOuts.stream()
                        .allMatch(one -> use(one.values()) == Use.SUBSCRIBED
                                && values.read(one.values().column().cell(row)).kind() != Kind.OPTED_OUT);
        List<Column> against = votes.stream()
                .filter(one -> one.vote().says() == Says.MAILABLE)
                .map(one -> one.values().column())
                .filter(column -> column.header().reason() != Reason.BOUNCED
                        && column.header().reason() != Reason.COMPLAINT)
                .toList();
        return onlyNotSubscribed && !against.isEmpty()
                ? Stream.concat(optOuts.stream().map(one -> one.values().column()), against.stream())
                        .toList()
                : List.of();
    }

    private Reason reason(ListRow row, List<Vote> optOuts) {
        Set<Reason> named = EnumSet.noneOf(Reason.class);
        texts(row, deciding).forEach(named::add);
        texts(row, reasons).forEach(named::add);
        if (named.isEmpty()) {
            optOuts.stream()
                    .map(one -> one.vote().reason())
                    .filter(Objects::nonNull)
                    .forEach(named::add);
        }
        if (named.isEmpty()) {
            texts(row, remarks).forEach(named::add);
        }
        if (named.isEmpty()) {
            return options.reason().orElse(optOuts.isEmpty() ? otherwise : Reason.UNSUBSCRIBED);
        }
        return Stream.of(Reason.COMPLAINT, Reason.UNSUBSCRIBED, Reason.BOUNCED)
                .filter(named::contains)
                .findFirst()
                .orElse(Reason.BLOCKED);
    }

    private Stream<Reason> texts(ListRow row, List<ColumnValues> columns) {
        return columns.stream().flatMap(one -> {
            String cell = one.column().cell(row);
            Meaning meaning = values.read(cell);
            if (meaning.reason() != null) {
                return Stream.of(meaning.reason());
            }
            boolean text = use(one) != Use.OPTED_OUT && use(one) != Use.SUBSCRIBED && use(one) != Use.STATUS;
            return text || meaning.kind() == Kind.SMTP_CODE ? ReasonText.of(cell).stream() : Stream.of();
        });
    }

    /** The latest, where several say so: an opt-out that seems too old could lose against a later opt-in. */
    private @Nullable Instant since(ListRow row) {
        List<Instant> found = new ArrayList<>();
        Stream.concat(deciding.stream().filter(one -> use(one) != Use.SUBSCRIBED), dates.stream())
                .map(one -> values.read(one.column().cell(row)).since())
                .filter(Objects::nonNull)
                .forEach(found::add);
        return found.stream().max(Instant::compareTo).orElse(null);
    }
}
