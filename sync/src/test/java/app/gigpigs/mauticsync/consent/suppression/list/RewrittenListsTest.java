package app.gigpigs.mauticsync.consent.suppression.list;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.suppression.list.ListRows.ListRow;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples, written in another way at random: the same people are on them, for the same reasons. The seed is in every
 * message; {@code -Dlists.fuzz=100000} tries more, {@code -Dlists.seed=N} the same again.
 */
class RewrittenListsTest {
    private static final int TRIES = Integer.getInteger("lists.fuzz", 2_000);
    private static final long SEED = Long.getLong("lists.seed", System.nanoTime() & 0xFFFF_FFFFL);
    private static final List<String> INVISIBLE = List.of("", " ", "\u00A0", "\u200B", "\t", "\u202A", "<", "\"", "; ");

    @TempDir
    private Path folder;

    @Test
    void a_list_that_is_written_in_another_way_says_the_same() throws IOException {
        List<Example> examples = examples();
        assertThat(examples).hasSizeGreaterThan(20);
        for (int i = 0; i < TRIES; i++) {
            long seed = SEED + i;
            Random random = new Random(seed);
            Example example = examples.get(random.nextInt(examples.size()));
            byte[] rewritten = rewritten(example.rows, random);

            List<String> read = ReadList.of(Files.write(folder.resolve("list.csv"), rewritten), ListOptions.NONE);

            assertThat(withoutBadLines(read))
                    .as("%s, seed %d", example.name, seed)
                    .containsExactlyInAnyOrderElementsOf(example.expected);
        }
    }

    /** An example that is understood, from its header on. */
    private record Example(String name, List<List<String>> rows, List<String> expected) {}

    private static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        Path lists = Path.of(Objects.requireNonNull(RewrittenListsTest.class.getResource("/lists"))
                .getPath());
        try (Stream<Path> files = Files.list(lists)) {
            for (Path file : files.sorted().toList()) {
                List<String> expected = ReadList.of(file, ListOptions.NONE);
                if (!expected.get(0).startsWith("asked")) {
                    examples.add(
                            new Example(String.valueOf(file.getFileName()), rows(file), withoutBadLines(expected)));
                }
            }
        }
        return examples;
    }

    private static List<List<String>> rows(Path file) throws IOException {
        ListText text = ListText.of(file);
        ListFormat format = ListFormat.of(text);
        int from = format.header().orElseThrow().line();
        List<ListRow> rows = new ArrayList<>();
        try (Reader reader = text.open()) {
            ListRows.read(reader, format.delimiter(), rows::add);
        }
        return rows.stream()
                .filter(row -> row.line() >= from)
                .map(ListRow::cells)
                .toList();
    }

    private static byte[] rewritten(List<List<String>> rows, Random random) throws IOException {
        List<List<String>> changed =
                new ArrayList<>(rows.stream().map(ArrayList::new).toList());
        int columns = rows.get(0).size();
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, columns).boxed().toList());
        Collections.shuffle(order, random);
        boolean upper = random.nextBoolean();
        boolean name = random.nextBoolean();
        boolean padded = random.nextBoolean();
        for (int i = 0; i < changed.size(); i++) {
            List<String> before = changed.get(i);
            List<String> row = new ArrayList<>();
            for (int column : order) {
                String cell = column < before.size() ? before.get(column) : "";
                boolean address = padded && ListAddress.of(cell).isPresent();
                row.add(i == 0 && upper ? upper(cell) : address ? pad(cell, random) : cell);
            }
            if (name) {
                row.add(i == 0 ? "Last name" : "Lind, \"A\"");
            }
            changed.set(i, row);
        }
        Collections.shuffle(changed.subList(1, changed.size()), random);
        return encoded(titled(written(changed, random), random), random);
    }

    /** Camel case would be lost: HasOptedOutOfEmail. */
    private static String upper(String header) {
        return header.chars().skip(1).anyMatch(Character::isUpperCase) ? header : header.toUpperCase(Locale.ROOT);
    }

    private static String pad(String address, Random random) {
        return INVISIBLE.get(random.nextInt(INVISIBLE.size()))
                + address
                + INVISIBLE.get(random.nextInt(INVISIBLE.size()));
    }

    private static String written(List<List<String>> rows, Random random) throws IOException {
        StringWriter text = new StringWriter();
        char delimiter = List.of(',', ';', '\t', '|').get(random.nextInt(4));
        LineDelimiter end =
                List.of(LineDelimiter.LF, LineDelimiter.CRLF, LineDelimiter.CR).get(random.nextInt(3));
        try (CsvWriter csv =
                CsvWriter.builder().fieldSeparator(delimiter).lineDelimiter(end).build(text)) {
            rows.forEach(csv::writeRecord);
        }
        return random.nextInt(3) == 0 ? "sep=" + delimiter + end + text : text.toString();
    }

    private static String titled(String text, Random random) {
        boolean separator = text.startsWith("sep=");
        return !separator && random.nextInt(3) == 0 ? "Our contacts of last year\n\n" + text : text;
    }

    private static byte[] encoded(String text, Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> text.getBytes(Charset.forName("UTF-16LE"));
            case 1 -> ("\uFEFF" + text).getBytes(Charset.forName("UTF-16LE"));
            case 2 -> ("\uFEFF" + text).getBytes(Charset.forName("UTF-16BE"));
            case 3 -> ("\uFEFF" + text).getBytes(Charset.forName("UTF-8"));
            default -> text.getBytes(Charset.forName("UTF-8"));
        };
    }

    private static List<String> withoutBadLines(List<String> read) {
        return read.stream().filter(line -> !line.startsWith("bad ")).toList();
    }
}
