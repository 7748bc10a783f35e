package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.suppression.list.ListRows.ListRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the column that holds the addresses, by its name and by what is in it. */
final class EmailColumns {
    private final List<Count> counts = new ArrayList<>();
    private boolean anyAt;

    /** How many cells of a column are filled, and are addresses. */
    private static final class Count {
        private long filled;
        private long addresses;
        /** Whether it ever holds another address than a column before it, in the same row. */
        private boolean differs;
    }

    void look(ListRow row) {
        Optional<String> first = Optional.empty();
        for (int i = 0; i < row.cells().size(); i++) {
            if (i == counts.size()) {
                counts.add(new Count());
            }
            String cell = row.cell(i);
            Count count = counts.get(i);
            count.filled += cell.isBlank() ? 0 : 1;
            anyAt |= cell.indexOf('@') >= 0;
            Optional<String> address = ListAddress.of(cell);
            if (address.isPresent()) {
                count.addresses++;
                count.differs |= first.isEmpty() || !first.equals(address);
                first = first.or(() -> address);
            }
        }
    }

    /** The number of cells of the longest row. */
    int cells() {
        return counts.size();
    }

    /**
     * The columns with the addresses: one, or those that a person names.
     *
     * @throws UnusableListException when there is none, or a person has to say which it is
     */
    List<Column> choose(List<Column> columns, List<String> named) {
        if (!named.isEmpty()) {
            return named.stream()
                    .map(name -> Column.named(columns, name))
                    .distinct()
                    .toList();
        }
        List<Column> holding = columns.stream().filter(this::holdsAddresses).toList();
        List<Column> different = holding.stream()
                .filter(column -> holding.size() == 1 || count(column).differs)
                .toList();
        if (different.size() == 1) {
            return different;
        }
        if (different.size() > 1) {
            throw new UnusableListException("several columns hold addresses: " + Column.all(different)
                    + "; say which of them are to be opted out: "
                    + different.stream()
                            .map(column -> "--email-column " + column.option())
                            .collect(Collectors.joining(" or "))
                    + " (or each of them)");
        }
        return List.of(namedOnly(columns));
    }

    private Column namedOnly(List<Column> columns) {
        List<Column> senders =
                columns.stream().filter(column -> count(column).addresses > 0).toList();
        List<Column> mail = columns.stream()
                .filter(column -> column.header().role() == Role.EMAIL)
                .toList();
        if (mail.size() == 1 && senders.isEmpty()) {
            return mail.get(0);
        }
        if (!senders.isEmpty()) {
            throw new UnusableListException("the only addresses are in " + Column.all(senders)
                    + ", which does not seem to be the column of those who opted out; if it is: --email-column "
                    + senders.get(0).option());
        }
        throw new UnusableListException("the file has no column of e-mail addresses: its first line must name one"
                + " \"email\", or be an address" + (anyAt ? "; no cell with an @ is a valid address" : ""));
    }

    private boolean holdsAddresses(Column column) {
        Count count = count(column);
        return switch (column.header().role()) {
            case EMAIL, RECIPIENT -> count.addresses > 0;
            case SENDER -> false;
            case NEUTRAL, TEXT -> mostly(count) && onlyOne();
            default -> mostly(count);
        };
    }

    /** A column of user names may be the one with the addresses. */
    private boolean onlyOne() {
        return counts.stream().filter(other -> other.addresses > 0).count() == 1;
    }

    private static boolean mostly(Count count) {
        return count.addresses > 0 && count.addresses * 2 >= count.filled;
    }

    private Count count(Column column) {
        return column.index() < counts.size() ? counts.get(column.index()) : new Count();
    }
}
