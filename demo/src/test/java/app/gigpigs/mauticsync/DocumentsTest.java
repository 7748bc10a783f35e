package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.failure.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
    private static final Pattern FILE = Pattern.compile("`((?:sync|sandbox|demo|docs|reference-crm|db)/[^`…]*)`");
    private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)`");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "ARCHITECTURE.md",
                "CONTRIBUTING.md",
                "docs/README.md",
                "docs/commands.md",
                "docs/concepts.md",
                "docs/configuration.md",
                "docs/deploy.md",
                "docs/glossary.md",
                "docs/supabase.md",
                "docs/monitoring.md",
                "docs/troubleshooting.md"
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
                .allMatch(
                        file -> Files.exists(Path.of(file)) || Files.exists(Path.of("sync/src/main/resources", file)));
    }

    @Test
    void every_variable_that_is_read_is_documented() {
        assertThat(found(VARIABLE, read(Path.of("docs/configuration.md"))))
                .containsAll(found(QUOTED_VARIABLE, sources()))
                .containsAll(found(VARIABLE, scripts()));
    }

    @Test
    void the_two_first_commands_are_within_the_first_twenty_lines() {
        List<String> beginning = read(Path.of("README.md")).lines().limit(20).toList();
        assertThat(beginning).anyMatch(line -> line.startsWith("./mautic-sync demo"));
        assertThat(beginning).anyMatch(line -> line.startsWith("./verify"));
    }

    /** The first column of the tables quotes messages; what varies is written as …. */
    @Test
    void troubleshooting_quotes_messages_that_exist() {
        String sources = sources().replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\"");
        Set<String> quoted =
                found(Pattern.compile("^\\| `([^`]+)`", Pattern.MULTILINE), read(Path.of("docs/troubleshooting.md")));
        assertThat(quoted).hasSizeGreaterThan(20);
        quoted.remove("Terminating due to java.lang.OutOfMemoryError"); // Java's own
        assertThat(quoted)
                .allSatisfy(message ->
                        assertThat(message.split("…")).as(message).allMatch(part -> sources.contains(part.strip())));
    }

    /** In their order, each with its title, a cause and a fix. */
    @Test
    void every_error_code_has_its_section() {
        String text = read(Path.of("docs/troubleshooting.md"));
        List<String> sections = new ArrayList<>(List.of(text.split("(?m)^### ")));
        sections.remove(0);
        assertThat(sections.stream().map(section -> section.lines().findFirst().orElse("")))
                .containsExactly(Arrays.stream(ErrorCode.values())
                        .map(code -> code.id() + ": " + code.title())
                        .toArray(String[]::new));
        assertThat(sections).allSatisfy(section -> assertThat(section).contains("\nCause: ", "\nFix: "));
    }

    @Test
    void links_between_documents_lead_somewhere() throws IOException {
        Pattern link = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
        try (Stream<Path> files = Stream.concat(Files.list(Path.of("")), Files.list(Path.of("docs")))) {
            assertThat(files.filter(file -> file.toString().endsWith(".md")))
                    .allSatisfy(file -> assertThat(found(link, read(file)))
                            .as(file.toString())
                            .allMatch(target -> Files.exists(file.resolveSibling(target))));
        }
    }

    @Test
    void a_table_of_contents_leads_to_headings_of_its_page() throws IOException {
        Pattern anchor = Pattern.compile("\\]\\(#([^)]+)\\)");
        try (Stream<Path> files = Stream.concat(Files.list(Path.of("")), Files.list(Path.of("docs")))) {
            assertThat(files.filter(file -> file.toString().endsWith(".md")))
                    .allSatisfy(file -> assertThat(found(anchor, read(file)))
                            .as(file.toString())
                            .allMatch(name -> found(Pattern.compile("(?m)^#+ (.+)$"), read(file)).stream()
                                    .map(heading -> heading.toLowerCase(Locale.ROOT)
                                            .replaceAll("[^a-z0-9 -]", "")
                                            .replace(' ', '-'))
                                    .anyMatch(name::equals)));
        }
    }

    @Test
    void the_notice_names_every_library_of_the_program() {
        Pattern dependency = Pattern.compile(
                "<dependency>\\s*(?:<!--.*?-->\\s*)?<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>(.*?)</dependency>",
                Pattern.DOTALL);
        String notice = read(Path.of("NOTICE"));
        String pom = read(Path.of("sync/pom.xml")) + read(Path.of("sandbox/pom.xml")) + read(Path.of("demo/pom.xml"));
        assertThat(dependency.matcher(pom).results())
                .filteredOn(one -> !one.group(3).matches("(?s).*(<scope>(test|provided)</scope>|</type>).*"))
                .filteredOn(one -> !one.group(1).equals("app.gigpigs"))
                .hasSizeGreaterThan(10)
                .allMatch(one -> notice.contains(one.group(1) + ":" + one.group(2)));
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static Set<String> classes() {
        Set<String> names = files("sync/src", "sandbox/src", "demo/src")
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        names.addAll(List.of("PUT", "DEBUG", "INFO"));
        return names;
    }

    private static String sources() {
        return files("sync/src/main", "sandbox/src/main", "demo/src/main")
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
