package app.gigpigs.mauticsync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds words in code and prose alike. Before a text is searched, its identifiers are taken apart: {@code saysNo} and
 * {@code says_no} read as "says no". A blank in an expression also stands for the end of a line, so that a phrase is found
 * where a comment breaks it. Case is ignored, except within {@code (?-i:...)}.
 */
final class Vocabulary {
    private static final Pattern JOINT = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_");
    /** The list of words itself, and what Mautic and other systems wrote. */
    private static final Pattern NOT_READ = Pattern.compile(
            ".*(?:Vocabulary(?:Test)?\\.java|vocabulary\\.tsv|(?:sandbox/src/test/resources|sync/src/test/resources/lists)/.*)");

    private static final String BLANK = "\\\\s{1,40}(?:(?:\\\\*|--|//|#)\\\\s{1,8})?";

    private Vocabulary() {}

    /** A file, ready to be searched. */
    record Text(Path file, List<String> lines, String text) {
        static Text of(Path file, String content) {
            return new Text(
                    file, content.lines().toList(), JOINT.matcher(content).replaceAll(" "));
        }

        List<Place> places(Pattern pattern) {
            return pattern.matcher(text)
                    .results()
                    .map(found -> new Place(this, found.start()))
                    .toList();
        }
    }

    /** Where something was found. */
    record Place(Text text, int offset) {
        @Override
        public String toString() {
            int line = (int) text.text()
                    .substring(0, offset)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            return text.file() + ":" + (line + 1) + ": "
                    + text.lines().get(line).strip();
        }
    }

    /** A line of the list: a comment, or an expression with its replacement and the number of places left. */
    record Entry(String line, String expression, String replacement, int count, Pattern pattern) {
        static Entry of(String line) {
            if (line.startsWith("#") || line.isBlank()) {
                return new Entry(line, "", "", 0, Pattern.compile("(?!)"));
            }
            String[] cells = line.split("\t", -1);
            Pattern pattern = Pattern.compile(cells[0].replaceAll(" ", BLANK), Pattern.CASE_INSENSITIVE);
            return new Entry(line, cells[0], cells[1], Integer.parseInt(cells[2]), pattern);
        }

        boolean comment() {
            return expression.isEmpty();
        }

        String with(int other) {
            return comment() ? line : expression + "\t" + replacement + "\t" + other;
        }
    }

    static List<Text> texts(List<String> roots) {
        List<Text> texts = new ArrayList<>();
        for (String root : roots) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(Vocabulary::isRead).sorted().toList()) {
                    texts.add(Text.of(file, Files.readString(file, StandardCharsets.UTF_8)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return texts;
    }

    private static boolean isRead(Path file) {
        return Files.isRegularFile(file) && !NOT_READ.matcher(file.toString()).matches();
    }
}
