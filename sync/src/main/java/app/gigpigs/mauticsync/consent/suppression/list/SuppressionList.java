package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import app.gigpigs.mauticsync.consent.suppression.list.ListRows.ListRow;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A list of addresses that must not be mailed, as another system exported it. It is read several times, as a stream: how it
 * is written, where the addresses are, which values the columns have, and last who is on it.
 */
public final class SuppressionList {
    private final ListText text;
    private final ListFormat format;
    private final List<Column> columns;
    private final List<Column> emails;
    private final ValueReader values;
    private final RowReader reader;
    private final ListSummary summary;

    /**
     * Understands a file.
     *
     * @throws UnusableListException when it is no list, or does not say clearly who opted out
     */
    public static SuppressionList of(Path file, ListOptions options) throws IOException {
        return new SuppressionList(file, options);
    }

    private SuppressionList(Path file, ListOptions options) throws IOException {
        text = ListText.of(file);
        format = ListFormat.of(text);
        EmailColumns addresses = new EmailColumns();
        rows(row -> {
            if (row.line() >= format.firstLine()) {
                addresses.look(row);
            }
        });
        columns = Column.of(
                format,
                Math.max(
                        addresses.cells(),
                        format.header().map(row -> row.cells().size()).orElse(0)));
        emails = addresses.choose(columns, options.emailColumns());
        values = new ValueReader(options.meanings());
        List<ColumnValues> counted = values();
        Set<Column> ignored = options.ignoredColumns().stream()
                .map(name -> Column.named(columns, name))
                .collect(Collectors.toSet());
        Map<Column, Use> uses = ColumnUses.of(counted, ignored);
        reader = new RowReader(counted, uses, values, options, reasonOfAddresses());
        summary = summary(uses);
    }

    /** How it was understood. */
    public ListSummary summary() {
        return summary;
    }

    /**
     * Who is on it.
     *
     * @param each receives every address that is opted out
     * @param bad receives every line that could not be read: without a usable address, with too few or too many cells, or
     *     above the header
     */
    public void entries(Consumer<ListEntry> each, IntConsumer bad) throws IOException {
        rows(row -> read(row, new RowVisitor() {
            @Override
            public void answer(List<String> addresses, RowReader.Answer answer) {
                if (answer.optedOut() && answer.reason() != null) {
                    Reason reason = answer.reason();
                    addresses.forEach(
                            address -> each.accept(new ListEntry(address, reason, answer.since(), row.line())));
                }
            }

            @Override
            public void bad() {
                bad.accept(row.line());
            }
        }));
    }

    /** Receives what a row says. */
    private interface RowVisitor {
        void answer(List<String> addresses, RowReader.Answer answer);

        void bad();
    }

    private void read(ListRow row, RowVisitor visitor) {
        if (row.line() < format.firstLine()) {
            if (HeaderRow.mayBeAddress(row)) {
                visitor.bad();
            }
            return;
        }
        List<String> addresses = addresses(row);
        boolean complete = reader.isComplete(row, cells());
        RowReader.Answer answer = reader.read(row);
        boolean harmless =
                addresses.isEmpty() && complete && reader.decides() && answer.isKnown() && !answer.optedOut();
        if (!harmless && (!complete || addresses.isEmpty() || row.swallowsAddresses())) {
            visitor.bad();
        }
        if (complete && !addresses.isEmpty()) {
            visitor.answer(addresses, answer);
        }
    }

    /** As in "Bounced addresses". */
    private Reason reasonOfAddresses() {
        return emails.stream()
                .flatMap(column -> Stream.ofNullable(column.header().reason()))
                .findFirst()
                .orElse(Reason.BLOCKED);
    }

    private int cells() {
        return format.header().map(row -> row.cells().size()).orElse(columns.size());
    }

    private List<String> addresses(ListRow row) {
        return emails.stream()
                .flatMap(column -> ListAddress.of(column.cell(row)).stream())
                .distinct()
                .toList();
    }

    private List<ColumnValues> values() throws IOException {
        List<ColumnValues> counted = columns.stream()
                .filter(column -> !emails.contains(column))
                .map(ColumnValues::new)
                .toList();
        List<ColumnValues> examined =
                counted.stream().filter(one -> examined(one.role())).toList();
        rows(row -> {
            if (row.line() >= format.firstLine() && !addresses(row).isEmpty()) {
                for (ColumnValues one : examined) {
                    String cell = one.column().cell(row);
                    one.add(cell, values.read(cell));
                }
            }
        });
        return counted;
    }

    private static boolean examined(Role role) {
        return role != Role.NEUTRAL && role != Role.SENDER && role != Role.RECIPIENT;
    }

    private ListSummary summary(Map<Column, Use> uses) throws IOException {
        Map<Column, ValueCounts> seen = new LinkedHashMap<>();
        reader.deciding().forEach(column -> seen.put(column, new ValueCounts()));
        Map<Reason, Long> byReason = new EnumMap<>(Reason.class);
        long[] others = {0};
        ListQuestions questions = new ListQuestions(values);
        rows(row -> read(row, new RowVisitor() {
            @Override
            public void answer(List<String> addresses, RowReader.Answer answer) {
                questions.add(row, answer);
                if (answer.optedOut() && answer.reason() != null) {
                    byReason.merge(answer.reason(), (long) addresses.size(), Long::sum);
                } else {
                    others[0] += addresses.size();
                }
                seen.forEach((column, counts) -> counts.add(
                        column.cell(row),
                        values.read(column.cell(row)),
                        reader.vote(column, row).message()));
            }

            @Override
            public void bad() {}
        }));
        questions.ask(seen);
        return new SummaryOfColumns(columns, emails, uses, seen).with(text, format, byReason, others[0]);
    }

    private void rows(Consumer<ListRow> each) throws IOException {
        try (Reader opened = text.open()) {
            ListRows.read(opened, format.delimiter(), each);
        }
    }
}
