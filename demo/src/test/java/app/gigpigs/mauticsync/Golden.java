package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.util.diff.DiffUtils;

/**
 * Files that hold what the outside sees of the program, so that every change of it shows as a diff. A folder holds exactly
 * what is given for it: a file that nothing makes any more is a difference, too.
 */
final class Golden {
    private static final Path ROOT = Path.of("demo/src/test/resources/golden");
    private static final int LINES_AROUND = 2;

    private Golden() {}

    /** Compares a folder with these files, by name; with {@code -Dgolden.write=true} makes it so instead. */
    static void check(String folder, Map<String, String> files) {
        Map<String, String> before = read(ROOT.resolve(folder));
        if (Boolean.getBoolean("golden.write")) {
            write(ROOT.resolve(folder), before, files);
            return;
        }
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(files.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            List<String> expected = lines(before.get(name));
            var patch = DiffUtils.diff(expected, lines(files.get(name)));
            String shown = ROOT.resolve(folder).resolve(name).toString();
            differences.addAll(DiffUtils.generateUnifiedDiff(shown, "now", expected, patch, LINES_AROUND));
        }
        if (!differences.isEmpty()) {
            fail("the outside sees something else than before. If that is meant, run the tests '*GoldenTest' with"
                    + " -Dgolden.write=true, and read the diff before you commit it.\n"
                    + String.join("\n", differences));
        }
    }

    /** Compares one document with what it should say; with {@code -Dgolden.write=true} writes it instead. */
    static void checkFile(Path file, String text) {
        try {
            if (Boolean.getBoolean("golden.write")) {
                Files.writeString(file, text);
            } else if (!Files.readString(file).equals(text)) {
                fail(file + " is generated and not up to date: run the tests '*GoldenTest' with -Dgolden.write=true");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(String text) {
        return text == null ? List.of() : text.lines().toList();
    }

    private static Map<String, String> read(Path folder) {
        Map<String, String> files = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> found = Files.list(folder)) {
                for (Path file : found.toList()) {
                    files.put(file.getFileName().toString(), Files.readString(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    private static void write(Path folder, Map<String, String> before, Map<String, String> files) {
        try {
            Files.createDirectories(folder);
            for (String name : before.keySet()) {
                if (!files.containsKey(name)) {
                    Files.delete(folder.resolve(name));
                }
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), file.getValue().strip() + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
