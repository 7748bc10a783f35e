package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.suppression.list.ListRows.ListRow;
import java.io.IOException;
import java.io.Reader;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the rows of a list are divided, and which of them is the header.
 *
 * @param header the row with the names of the columns; empty for a list without one
 * @param headerKnown whether the header's names are known, so that rows above it are titles
 * @param firstLine where the rows with addresses begin
 */
record ListFormat(char delimiter, Optional<ListRow> header, boolean headerKnown, int firstLine) {
    private static final int HEAD = 65_536;
    private static final int ROWS = 50;
    private static final List<Character> DELIMITERS = List.of(',', ';', '\t', '|');
    private static final Pattern SEPARATOR =
            Pattern.compile("(?i)\"?sep=([^\\p{L}\\p{N}\\p{So}\\p{Cs}\\p{Cc} \"@.<>-]|\t)\"?[ ,;\t]*[\r\n][\\s\\S]*");

    static ListFormat of(ListText text) throws IOException {
        String head = head(text);
        Matcher separator = SEPARATOR.matcher(head);
        if (separator.matches()) {
            return new Candidate(
                            separator.group(1).charAt(0),
                            rows(head, separator.group(1).charAt(0)))
                    .format();
        }
        return DELIMITERS.stream()
                .map(one -> new Candidate(one, rows(head, one)))
                .max(Comparator.comparingLong(Candidate::addresses)
                        .thenComparingInt(Candidate::names)
                        .thenComparingLong(Candidate::dividedRows)
                        .thenComparingInt(candidate -> -DELIMITERS.indexOf(candidate.delimiter())))
                .orElseThrow()
                .format();
    }

    /** The name of the delimiter in a message. */
    String delimiterName() {
        return switch (delimiter) {
            case ',' -> "comma";
            case ';' -> "semicolon";
            case '\t' -> "tab";
            case '|' -> "pipe";
            default -> "\"" + delimiter + "\"";
        };
    }

    private static String head(ListText text) throws IOException {
        char[] buffer = new char[HEAD];
        int filled = 0;
        try (Reader reader = text.open()) {
            for (int read = 0; read >= 0 && filled < HEAD; filled += Math.max(read, 0)) {
                read = reader.read(buffer, filled, HEAD - filled);
            }
        }
        return new String(buffer, 0, filled);
    }

    private static List<ListRow> rows(String head, char delimiter) {
        List<ListRow> rows = ListRows.head(head, delimiter).stream()
                .filter(row -> !row.isBlank())
                .limit(ROWS)
                .toList();
        // The last row of a long text may be cut off.
        return head.length() == HEAD && rows.size() < ROWS && rows.size() > 1 ? rows.subList(0, rows.size() - 1) : rows;
    }

    /** The rows that a delimiter makes. */
    private record Candidate(char delimiter, List<ListRow> rows) {
        long addresses() {
            return rows.stream().filter(HeaderRow::hasAddress).count();
        }

        int names() {
            return HeaderRow.in(rows).map(HeaderRow::names).orElse(0);
        }

        long dividedRows() {
            return rows.stream().filter(row -> row.cells().size() > 1).count();
        }

        ListFormat format() {
            Optional<HeaderRow> header = HeaderRow.in(rows);
            Optional<ListRow> row = header.map(HeaderRow::row).or(() -> HeaderRow.unknownIn(rows));
            int line = row.map(ListRow::line).orElse(0);
            int first = rows.stream()
                    .mapToInt(ListRow::line)
                    .filter(one -> one > line)
                    .findFirst()
                    .orElse(line + 1);
            return new ListFormat(
                    delimiter, row, header.isPresent(), row.isPresent() ? first : HeaderRow.firstWithoutHeader(rows));
        }
    }
}
