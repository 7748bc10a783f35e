package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents name only what exists. */
class DocumentsTest {
    private static final Pattern COMMAND = Pattern.compile("\\./mautic-sync ([a-z][a-z-]*)");
    private static final Pattern VARIABLE = Pattern.compile("\\b((?:SUPABASE|MAUTIC|SYNC)_[A-Z_]+)\\b");
    private static final Pattern QUOTED_VARIABLE = Pattern.compile("\"((?:SUPABASE|MAUTIC|SYNC)_[A-Z_]+)\"");
    private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]+[A-Za-z]*)`");
    private static final Pattern FILE = Pattern.compile("`((?:src|docs|reference-crm|db)/[^`…]*)`");
    private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)`");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "ARCHITECTURE.md",
                "CONTRIBUTING.md",
                "docs/configuration.md",
                "docs/operations.md",
                "docs/supabase.md"
            })
    void a_document_names_only_what_exists(String document) {
        String text = read(Path.of(document));
        String sources = sources();

        assertThat(found(COMMAND, text)).allMatch(command -> sources.contains("name = \"" + command + "\""));
        assertThat(found(OPTION, text)).allMatch(option -> sources.contains("\"" + option + "\""));
        assertThat(found(VARIABLE, text))
                .allMatch(name -> sources.contains(name)
                        || scripts().contains(name)
                        || read(Path.of("supabase/functions/mautic-webhook/index.ts"))
                                .contains(name));
        assertThat(classes()).containsAll(found(CLASS, text));
        assertThat(found(FILE, text))
                .allMatch(file -> Files.exists(Path.of(file)) || Files.exists(Path.of("src/main/resources", file)));
    }

    @Test
    void every_variable_that_is_read_is_documented() {
        assertThat(found(VARIABLE, read(Path.of("docs/configuration.md"))))
                .containsAll(found(QUOTED_VARIABLE, sources()))
                .containsAll(found(VARIABLE, scripts()));
    }

    @Test
    void the_two_commands_of_a_newcomer_stand_within_the_first_twenty_lines() {
        List<String> beginning = read(Path.of("README.md")).lines().limit(20).toList();
        assertThat(beginning).anyMatch(line -> line.startsWith("./mautic-sync demo"));
        assertThat(beginning).anyMatch(line -> line.startsWith("./verify"));
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static Set<String> classes() {
        Set<String> names = files("src/main/java", "src/test/java")
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        names.addAll(List.of("PUT", "DEBUG", "INFO"));
        return names;
    }

    private static String sources() {
        return files("src/main/java", "src/main/resources")
                .map(DocumentsTest::read)
                .collect(Collectors.joining());
    }

    private static String scripts() {
        return Stream.of("mautic-sync", "verify", "bin/jdk.sh")
                .map(Path::of)
                .map(DocumentsTest::read)
                .collect(Collectors.joining());
    }

    private static Stream<Path> files(String... folders) {
        return Arrays.stream(folders).map(Path::of).flatMap(folder -> {
            try {
                return Files.walk(folder).filter(file -> file.toString().matches(".*\\.(java|xml|sql)$"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
