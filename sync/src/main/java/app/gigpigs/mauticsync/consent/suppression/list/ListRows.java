package app.gigpigs.mauticsync.consent.suppression.list;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The rows of a text that is divided by one character. Rows without any text are left out. */
final class ListRows {
    /** Comes last: when a quote before it was never closed, it is swallowed. No file has this character. */
    private static final String END = "\n\uDBFF\uDFFF";

    private ListRows() {}

    /**
     * Reads one row after the other.
     *
     * @throws UnusableListException when the quotes do not match: what is between them would not be read
     */
    static void read(Reader text, char delimiter, Consumer<ListRow> each) throws IOException {
        int line = 1;
        try (CsvReader<CsvRecord> rows = reader(delimiter).ofCsvRecord(new TextThenEnd(text, END))) {
            boolean ended = false;
            for (CsvRecord row : rows) {
                line = (int) row.getStartingLineNumber();
                ended = row.getFieldCount() == 1 && row.getField(0).equals(END.strip());
                if (!ended && row.getFields().stream().anyMatch(cell -> !cell.isBlank())) {
                    each.accept(new ListRow(line, row.getFields()));
                }
            }
            if (!ended) {
                throw new UnusableListException(quotes(line));
            }
        } catch (CsvParseException e) {
            throw new UnusableListException(quotes(line), e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The rows of the beginning of a text; a row that is cut off, or broken, and what is after it, is left out. */
    static List<ListRow> head(String text, char delimiter) {
        List<ListRow> rows = new ArrayList<>();
        try (CsvReader<CsvRecord> read = reader(delimiter).ofCsvRecord(new StringReader(text))) {
            read.forEach(row -> rows.add(new ListRow((int) row.getStartingLineNumber(), row.getFields())));
        } catch (CsvParseException | IOException e) {
            // What was read before it is enough to see the delimiter; the whole file is read later.
            return rows;
        }
        return rows;
    }

    private static CsvReader.CsvReaderBuilder reader(char delimiter) {
        return CsvReader.builder()
                .fieldSeparator(delimiter)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .trimWhitespacesAroundQuotes(true);
    }

    private static String quotes(int line) {
        return "the file is no CSV from line " + line
                + " on: its quotes do not match; correct it there, or export it again";
    }

    /** One row of the file, and the line that it begins at. */
    record ListRow(int line, List<String> cells) {
        private static final Pattern LATER_ADDRESS = Pattern.compile("[\r\n][^\r\n]*[^\\s@]@[^\\s@]+\\.");

        /** The text of a cell; empty where the row is too short. */
        String cell(int column) {
            return column < cells.size() ? cells.get(column) : "";
        }

        boolean isBlank() {
            return cells.stream().allMatch(String::isBlank);
        }

        /** Whether a quoted cell spans lines that hold addresses: perhaps rows between two quotes that do not belong together. */
        boolean swallowsAddresses() {
            return cells.stream().anyMatch(cell -> LATER_ADDRESS.matcher(cell).find());
        }
    }

    /** A text, and what is to follow it. */
    private static final class TextThenEnd extends Reader {
        private final Reader text;
        private final StringReader end;
        private boolean ended;

        TextThenEnd(Reader text, String end) {
            this.text = text;
            this.end = new StringReader(end);
        }

        @Override
        public int read(char[] buffer, int from, int length) throws IOException {
            if (!ended) {
                int count = text.read(buffer, from, length);
                if (count >= 0) {
                    return count;
                }
                ended = true;
            }
            return end.read(buffer, from, length);
        }

        @Override
        public void close() throws IOException {
            text.close();
        }
    }
}
