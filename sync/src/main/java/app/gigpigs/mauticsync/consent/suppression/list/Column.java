package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.suppression.list.ListRows.ListRow;
import java.util.ArrayList;
import java.util.List;

/** A column by its place, and what its name says. */
record Column(int index, String name, ColumnHeader header) {
    /** The columns of a list whose longest row has this number of cells. */
    static List<Column> of(ListFormat format, int cells) {
        List<Column> columns = new ArrayList<>();
        for (int index = 0; index < cells; index++) {
            int at = index;
            String name =
                    format.header().map(row -> ListAddress.strip(row.cell(at))).orElse("");
            columns.add(new Column(
                    index, name, name.isEmpty() || !format.headerKnown() ? ColumnHeader.NONE : ColumnHeader.of(name)));
        }
        return columns;
    }

    /** The column that a person names by its header or number. */
    static Column named(List<Column> columns, String name) {
        List<Column> found = columns.stream()
                .filter(column -> column.name.equalsIgnoreCase(name.strip()))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        return columns.stream()
                .filter(column -> String.valueOf(column.index + 1).equals(name.strip()))
                .findFirst()
                .orElseThrow(() -> new UnusableListException("there "
                        + (found.isEmpty() ? "is no column \"" : "are several columns \"") + name
                        + "\"; name one of these, or its number: " + all(columns)));
    }

    static String all(List<Column> columns) {
        return String.join(", ", columns.stream().map(Column::label).toList());
    }

    /** How a message names it. */
    String label() {
        return name.isEmpty() ? "column " + (index + 1) : "\"" + name + "\" (column " + (index + 1) + ")";
    }

    /** How an option names it. */
    String option() {
        return name.isEmpty() || name.indexOf('"') >= 0 ? String.valueOf(index + 1) : "\"" + name + "\"";
    }

    String cell(ListRow row) {
        return row.cell(index);
    }
}
