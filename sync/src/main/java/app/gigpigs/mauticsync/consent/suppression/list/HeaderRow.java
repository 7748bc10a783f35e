package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.suppression.list.ListRows.ListRow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The row of a list that names its columns. Titles may be above it.
 *
 * @param exact whether a cell is the name of a column of addresses, and nothing more
 * @param mail whether a cell names addresses
 * @param names how many cells have a known name
 */
record HeaderRow(ListRow row, boolean exact, boolean mail, int names) {
    private static final int WITHIN = 20;

    /** The best of the first rows; empty when none has known names. */
    static Optional<HeaderRow> in(List<ListRow> rows) {
        int addresses = firstAddress(rows);
        return IntStream.range(0, Math.min(rows.size(), WITHIN))
                .filter(index -> rows.get(index).cells().stream().noneMatch(cell -> cell.indexOf('@') >= 0))
                .mapToObj(index -> named(rows.get(index)))
                .filter(header -> header.exact
                        || (header.names > 0
                                && (addresses < 0
                                        || header.row.line()
                                                < rows.get(addresses).line())
                                && !repeated(header.row, rows)))
                // Of equal rows the first: a later one is a line without an address.
                .max(Comparator.comparing(HeaderRow::exact)
                        .thenComparing(HeaderRow::mail)
                        .thenComparingInt(HeaderRow::names)
                        .thenComparingInt(header -> -header.row.line()));
    }

    /** A header in a language that is not known: directly above the first address, with as many cells. */
    static Optional<ListRow> unknownIn(List<ListRow> rows) {
        int addresses = firstAddress(rows);
        if (addresses <= 0) {
            return Optional.empty();
        }
        ListRow above = rows.get(addresses - 1);
        int size = rows.get(addresses).cells().size();
        boolean header = above.cells().size() == size
                && (size > 1 || isTitle(above))
                && above.cells().stream().noneMatch(cell -> cell.isBlank() || cell.indexOf('@') >= 0);
        return header ? Optional.of(above) : Optional.empty();
    }

    /** Where a list without a header begins: after its titles. A line that could be a mistyped address is none. */
    static int firstWithoutHeader(List<ListRow> rows) {
        return rows.stream()
                .filter(row -> !isTitle(row))
                .mapToInt(ListRow::line)
                .findFirst()
                .orElse(1);
    }

    static boolean hasAddress(ListRow row) {
        return row.cells().stream().anyMatch(cell -> ListAddress.of(cell).isPresent());
    }

    /** Whether a cell is an address, or a damaged one; a sentence with an address in it is a title. */
    static boolean mayBeAddress(ListRow row) {
        return row.cells().stream()
                .map(ListAddress::strip)
                .anyMatch(cell -> cell.indexOf('@') >= 0
                        && (cell.indexOf(' ') < 0 || ListAddress.of(cell).isPresent()));
    }

    private static boolean isTitle(ListRow row) {
        long filled = row.cells().stream().filter(cell -> !cell.isBlank()).count();
        String text = ListAddress.strip(String.join("", row.cells()));
        return filled == 1 && text.indexOf('@') < 0 && (text.indexOf(' ') > 0 || text.indexOf('.') < 0);
    }

    private static HeaderRow named(ListRow row) {
        List<ColumnHeader> headers = row.cells().stream().map(ColumnHeader::of).toList();
        return new HeaderRow(
                row,
                headers.stream().anyMatch(ColumnHeader::exact),
                headers.stream().anyMatch(header -> header.known() && header.role() == Role.EMAIL),
                (int) headers.stream().filter(ColumnHeader::known).count());
    }

    /** A cell that stands again below, in the same column, is a value and no name. */
    private static boolean repeated(ListRow candidate, List<ListRow> rows) {
        return rows.stream()
                .filter(row -> row.line() > candidate.line())
                .anyMatch(row -> IntStream.range(0, candidate.cells().size())
                        .anyMatch(column -> !candidate.cell(column).isBlank()
                                && candidate.cell(column).equalsIgnoreCase(row.cell(column))));
    }

    private static int firstAddress(List<ListRow> rows) {
        return IntStream.range(0, rows.size())
                .filter(index -> hasAddress(rows.get(index)))
                .findFirst()
                .orElse(-1);
    }
}
