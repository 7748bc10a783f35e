package app.gigpigs.mauticsync.consent.suppression.list;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lists made from the examples by damaging them at random. Each is rejected, or gives entries that its summary counts, that
 * are in the file on the line that they name. The seed is in every
 * message; {@code -Dlists.fuzz=100000} tries more, {@code -Dlists.seed=N} the same again.
 */
class ListFuzzTest {
    private static final int TRIES = Integer.getInteger("lists.fuzz", 2_000);
    private static final long SEED = Long.getLong("lists.seed", System.nanoTime() & 0xFFFF_FFFFL);

    @TempDir
    private Path folder;

    @Test
    void a_damaged_list_is_rejected_or_gives_what_its_summary_says() throws IOException {
        List<byte[]> examples = examples();
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int i = 0; i < TRIES; i++) {
            long seed = SEED + i;
            Random random = new Random(seed);
            byte[] bytes = examples.get(random.nextInt(examples.size()));
            for (int times = 1 + random.nextInt(4); times > 0; times--) {
                bytes = damaged(bytes, random, examples);
            }
            outcomes.merge(tried(bytes, "seed " + seed), 1, Integer::sum);
        }
        System.out.println("lists damaged, from seed " + SEED + ": " + TRIES + ", " + outcomes);
        assertThat(outcomes).containsKeys("rejected", "read");
    }

    /** A value that is changed is never taken for its opposite: only for what it says, or it is asked for. */
    @Test
    void a_changed_value_is_asked_for_or_is_no_opt_out() throws IOException {
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int i = 0; i < TRIES; i++) {
            long seed = SEED + i;
            Random random = new Random(seed);
            String value = typo("Subscribed", random);
            List<String> read = read("email,status\nanna@example.com,unsubscribed\nbo@example.com," + value + "\n");
            boolean asked = read.size() == 1 && read.get(0).contains("not understood");
            if (!asked) {
                assertThat(read)
                        .as("seed %d, the value %s", seed, value)
                        .containsExactly("anna@example.com unsubscribed");
            }
            outcomes.merge(asked ? "asked" : "read", 1, Integer::sum);
        }
        assertThat(outcomes).containsKeys("asked", "read");
    }

    @Test
    void the_time_is_linear_in_the_size() throws IOException {
        read(large(1_000));
        long small = nanoseconds(large(20_000));
        long large = nanoseconds(large(200_000));

        assertThat(large).as("ten times the lines, %d and %d ns", small, large).isLessThan(small * 40);
    }

    private static List<byte[]> examples() throws IOException {
        List<byte[]> examples = new ArrayList<>();
        Path lists = Path.of(
                Objects.requireNonNull(ListFuzzTest.class.getResource("/lists")).getPath());
        try (Stream<Path> files = Files.list(lists)) {
            for (Path file : files.sorted().toList()) {
                examples.add(Files.readAllBytes(file));
            }
        }
        return examples;
    }

    private String tried(byte[] bytes, String seed) throws IOException {
        Path file = Files.write(folder.resolve("list.csv"), bytes);
        try {
            SuppressionList list = SuppressionList.of(file, ListOptions.NONE);
            List<ListEntry> entries = new ArrayList<>();
            List<Integer> bad = new ArrayList<>();
            list.entries(entries::add, bad::add);
            Map<Reason, Long> counted = new TreeMap<>();
            entries.forEach(entry -> counted.merge(entry.reason(), 1L, Long::sum));
            assertThat(counted).as(seed).isEqualTo(new TreeMap<>(list.summary().byReason()));
            String text = new String(bytes, ListText.of(file).charset());
            List<String> lines = Arrays.asList(text.split("\r\n|\r|\n", -1));
            assertThat(entries)
                    .as(seed)
                    .allSatisfy(entry -> assertThat(String.join("\n", lines.subList(entry.line() - 1, lines.size()))
                                    .toLowerCase(java.util.Locale.ROOT))
                            .contains(entry.email()));
            assertThat(bad).as(seed).allSatisfy(line -> assertThat(line).isBetween(1, lines.size()));
            return entries.isEmpty() ? "read, none opted out" : "read";
        } catch (UnusableListException e) {
            assertThat(e.getMessage()).as(seed).isNotBlank();
            return "rejected";
        }
    }

    /** One thing that happens to files. */
    private static byte[] damaged(byte[] bytes, Random random, List<byte[]> examples) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        int to = at + random.nextInt(bytes.length - at);
        return switch (random.nextInt(9)) {
            case 0 -> joined(bytes, at, new byte[] {(byte) random.nextInt(256)}, at + 1);
            case 1 -> joined(bytes, at, new byte[0], to);
            case 2 -> joined(bytes, to, Arrays.copyOfRange(bytes, at, to), to);
            case 3 -> joined(bytes, at, pick(random), at);
            case 4 -> Arrays.copyOf(bytes, at);
            case 5 -> joined(bytes, at, other(random, examples), random.nextBoolean() ? at : to);
            case 6 -> replaced(bytes, random);
            case 7 ->
                new String(bytes, StandardCharsets.UTF_8)
                        .getBytes(random.nextBoolean() ? StandardCharsets.UTF_16BE : StandardCharsets.ISO_8859_1);
            default -> shuffled(bytes, random);
        };
    }

    private static byte[] joined(byte[] bytes, int end, byte[] middle, int start) {
        byte[] joined = Arrays.copyOf(bytes, end + middle.length + Math.max(0, bytes.length - start));
        System.arraycopy(middle, 0, joined, end, middle.length);
        if (start < bytes.length) {
            System.arraycopy(bytes, start, joined, end + middle.length, bytes.length - start);
        }
        return joined;
    }

    private static byte[] pick(Random random) {
        List<String> some = List.of(
                "\"",
                ",",
                ";",
                "\t",
                "|",
                "\n",
                "\r",
                "\r\n",
                "\u0000",
                "\uFEFF",
                "\u200B",
                "\u202E",
                "=",
                "@",
                "''",
                "sep=|\n",
                "unsubscribed",
                "subscribed",
                "not ",
                "no",
                "yes",
                "email",
                "dan@example.com",
                "<",
                ">",
                "(",
                "é",
                "2024-01-01",
                "0000-00-00",
                "mailto:",
                "\uD83D\uDE00",
                "PK",
                "{",
                "[",
                " ".repeat(50));
        return some.get(random.nextInt(some.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] other(Random random, List<byte[]> examples) {
        byte[] other = examples.get(random.nextInt(examples.size()));
        int at = other.length == 0 ? 0 : random.nextInt(other.length);
        return Arrays.copyOfRange(other, at, other.length);
    }

    private static byte[] replaced(byte[] bytes, Random random) {
        List<String> from = List.of(",", ";", "\n", "\r\n", "@", ".", "e", "\"");
        List<String> to = List.of(";", ",", "\t", "|", "\r", "\n", "\"", "\"\"", " ", "");
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace(from.get(random.nextInt(from.size())), to.get(random.nextInt(to.size())))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] shuffled(byte[] bytes, Random random) {
        List<String> lines = new ArrayList<>(List.of(new String(bytes, StandardCharsets.ISO_8859_1).split("(?<=\n)")));
        java.util.Collections.shuffle(lines, random);
        return String.join("", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String typo(String value, Random random) {
        int at = random.nextInt(value.length());
        char letter = (char) ('a' + random.nextInt(26));
        return switch (random.nextInt(4)) {
            case 0 -> value.substring(0, at) + letter + value.substring(at);
            case 1 -> value.substring(0, at) + value.substring(at + 1);
            case 2 -> value.substring(0, at) + letter + value.substring(at + 1);
            default -> random.nextBoolean() ? value.toUpperCase(java.util.Locale.ROOT) : " " + value + "\u00A0";
        };
    }

    private List<String> read(String text) throws IOException {
        return ReadList.of(Files.writeString(folder.resolve("list.csv"), text), ListOptions.NONE);
    }

    private long nanoseconds(String text) throws IOException {
        long begin = System.nanoTime();
        assertThat(read(text)).isNotEmpty();
        return System.nanoTime() - begin;
    }

    private static String large(int lines) {
        StringBuilder text = new StringBuilder("E-Mail;Name;Status;Datum\n");
        for (int i = 0; i < lines; i++) {
            text.append("person")
                    .append(i)
                    .append("@example.com;\"Name, ")
                    .append(i)
                    .append("\";")
                    .append(i % 2 == 0 ? "abgemeldet" : "aktiv")
                    .append(";2024-01-01 10:00\n");
        }
        return text.toString();
    }
}
