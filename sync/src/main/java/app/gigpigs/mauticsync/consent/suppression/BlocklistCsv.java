package app.gigpigs.mauticsync.consent.suppression;

import app.gigpigs.mauticsync.consent.ledger.OptOut;
import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import app.gigpigs.mauticsync.consent.suppression.SuppressionImport.UnusableListException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A list of addresses that must not be mailed, as CSV: Brevo's blocklist, or any file with a column of addresses.
 * Comma, semicolon or tab; with or without a header; UTF-8, or else Latin-1. Read as a stream, one line at a time.
 */
final class BlocklistCsv {
    private static final Set<String> EMAIL = Set.of(
            "email",
            "emailaddress",
            "mail",
            "mailaddress",
            "contact",
            "emails",
            "recipient",
            "adresseemail",
            "address");
    private static final Set<String> REASON =
            Set.of("reason", "blockreason", "type", "status", "event", "category", "motif", "blockedreason");
    /** Columns of a file that lists all contacts: only rows where one of them is true are on the list. */
    private static final Set<String> FLAG = Set.of(
            "blocklisted", "blacklisted", "emailblacklisted", "emailblocklisted", "unsubscribed", "emailunsubscribed");

    private static final Set<String> NO = Set.of("", "0", "no", "n", "false", "subscribed");

    private final Path file;

    BlocklistCsv(Path file) {
        this.file = file;
    }

    /**
     * Reads all of it.
     *
     * @param each receives every address on the list
     * @param bad receives the number of every line that has no usable address
     * @throws UnusableListException when the file has no column of addresses, or its quotes do not match
     */
    void read(Consumer<OptOut> each, IntConsumer bad) throws IOException {
        CsvMapper mapper = CsvMapper.builder()
                .enable(
                        CsvParser.Feature.WRAP_AS_ARRAY,
                        CsvParser.Feature.SKIP_EMPTY_LINES,
                        CsvParser.Feature.TRIM_SPACES)
                .build();
        Charset charset = charset();
        CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator(charset));
        try (Reader reader = reader(charset);
                MappingIterator<String[]> rows =
                        mapper.readerFor(String[].class).with(schema).readValues(reader)) {
            Columns columns = null;
            while (rows.hasNextValue()) {
                int line = rows.getCurrentLocation().getLineNr();
                String[] row = rows.nextValue();
                if (columns == null) {
                    columns = Columns.of(row);
                    if (columns.header()) {
                        continue;
                    }
                }
                take(columns, row, line, each, bad);
            }
        } catch (JsonProcessingException | RuntimeJsonMappingException e) {
            throw new UnusableListException(file.getFileName() + " is no CSV" + at(e) + ": its quotes do not match", e);
        }
    }

    private static void take(Columns columns, String[] row, int line, Consumer<OptOut> each, IntConsumer bad) {
        Optional<String> email = cell(row, columns.email()).filter(BlocklistCsv::isAddress);
        if (email.isEmpty()) {
            bad.accept(line);
        } else if (columns.listed(row)) {
            each.accept(new OptOut(email.get(), columns.reason(row)));
        }
    }

    private static String at(Exception failure) {
        Throwable cause = failure instanceof RuntimeJsonMappingException ? failure.getCause() : failure;
        return cause instanceof JsonProcessingException json && json.getLocation() != null
                ? " from line " + json.getLocation().getLineNr()
                : "";
    }

    private Reader reader(Charset charset) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(
                Files.newInputStream(file), charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT)));
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
        return reader;
    }

    /** UTF-8 if all of it is. */
    private Charset charset() throws IOException {
        try (Reader reader = reader(StandardCharsets.UTF_8)) {
            char[] buffer = new char[65_536];
            while (reader.read(buffer) >= 0) {
                // only to see whether it can be read
            }
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException e) {
            return StandardCharsets.ISO_8859_1;
        }
    }

    /** The separator of the first line; a list of addresses alone has none. */
    private char separator(Charset charset) throws IOException {
        try (BufferedReader reader = new BufferedReader(reader(charset))) {
            String first = Optional.ofNullable(reader.readLine()).orElse("");
            return List.of(';', '\t', ',').stream()
                    .filter(one -> first.indexOf(one) >= 0)
                    .findFirst()
                    .orElse(',');
        }
    }

    private static Optional<String> cell(String[] row, int column) {
        return column < 0 || column >= row.length || row[column] == null
                ? Optional.empty()
                : Optional.of(row[column].strip()).filter(text -> !text.isEmpty());
    }

    private static boolean isAddress(String text) {
        return text.length() <= 254 && text.matches("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
    }

    /** Which column is what; -1 for none. */
    private record Columns(int email, int why, List<Integer> flags, boolean header) {
        static Columns of(String[] first) {
            int email = email(first);
            if (email >= 0 && !isAddress(first[email].strip())) {
                return new Columns(email, firstOf(named(first, REASON)), named(first, FLAG), true);
            }
            for (int i = 0; i < first.length; i++) {
                if (cell(first, i).filter(BlocklistCsv::isAddress).isPresent()) {
                    return new Columns(i, -1, List.of(), false);
                }
            }
            throw new UnusableListException("the file has no column of e-mail addresses: its first line must name one"
                    + " \"email\", or be an address");
        }

        /** A contact may be a name and an address a street, where another column says mail. */
        private static int email(String[] header) {
            List<Integer> columns = named(header, EMAIL);
            return columns.stream()
                    .filter(column -> letters(header[column]).contains("mail"))
                    .findFirst()
                    .orElse(firstOf(columns));
        }

        private static List<Integer> named(String[] header, Set<String> names) {
            return IntStream.range(0, header.length)
                    .filter(column -> names.contains(letters(header[column])))
                    .boxed()
                    .toList();
        }

        private static int firstOf(List<Integer> columns) {
            return columns.isEmpty() ? -1 : columns.get(0);
        }

        private static String letters(@Nullable String name) {
            return name == null ? "" : name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        }

        boolean listed(String[] row) {
            return flags.isEmpty() || flags.stream().anyMatch(flag -> yes(row, flag));
        }

        private static boolean yes(String[] row, int flag) {
            return !NO.contains(cell(row, flag).orElse("").toLowerCase(Locale.ROOT));
        }

        Reason reason(String[] row) {
            return cell(row, why).map(Reason::of).orElse(flags.isEmpty() ? Reason.BLOCKED : Reason.UNSUBSCRIBED);
        }
    }
}
