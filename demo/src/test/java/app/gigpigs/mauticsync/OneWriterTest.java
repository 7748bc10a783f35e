package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each table is written by one package. Reads the SQL in the sources of the program; triggers are not looked at. */
class OneWriterTest {
    private static final Path SOURCES = Path.of("sync/src/main/java/app/gigpigs/mauticsync");
    private static final Pattern WRITE = Pattern.compile(
            "\\b(?:(?:insert|merge)\\s+into|update|delete\\s+from|truncate)\\s+((?:mautic_sync|public)\\.\\w+)");
    private static final Pattern NAME_FROM_SETTINGS =
            Pattern.compile("\\b(?:insert\\s+into|update|delete\\s+from)\\s+[%<]");
    private static final Pattern NAME_PUT_TOGETHER =
            Pattern.compile("\"(?:insert\\s+into|update|delete\\s+from)\\s+\"|(?:insert\\s+into|delete\\s+from)\\s+\"");

    @Test
    void each_table_is_written_by_one_package() {
        Map<String, Set<String>> writers = writers();
        assertThat(writers)
                .containsEntry("public.mautic_sync_status", Set.of("outbound.state"))
                .containsEntry("public.customer_email_engagement", Set.of("inbound.engagement"))
                .hasSizeGreaterThan(15);
        assertThat(writers)
                .allSatisfy((table, packages) ->
                        assertThat(packages).as("packages that write %s", table).hasSize(1));
    }

    /** The CRM's customers, its addresses, and a write by doctor that is rolled back. */
    @Test
    void a_table_whose_name_is_a_setting_is_written_in_three_places_alone() {
        assertThat(packages(NAME_FROM_SETTINGS))
                .containsExactlyInAnyOrder("consent.ledger", "inbound.engagement", "setup.check");
    }

    @Test
    void no_table_is_written_under_a_name_that_this_test_cannot_read() {
        assertThat(packages(NAME_PUT_TOGETHER)).isEmpty();
    }

    private static Set<String> packages(Pattern pattern) {
        Set<String> packages = new TreeSet<>();
        eachSource((name, text) -> {
            if (pattern.matcher(text).find()) {
                packages.add(name);
            }
        });
        return packages;
    }

    /** What is written, to the packages that write it. */
    private static Map<String, Set<String>> writers() {
        Map<String, Set<String>> writers = new TreeMap<>();
        eachSource((name, text) -> {
            for (Matcher write = WRITE.matcher(text); write.find(); ) {
                writers.computeIfAbsent(write.group(1), table -> new TreeSet<>())
                        .add(name);
            }
        });
        return writers;
    }

    private static void eachSource(BiConsumer<String, String> work) {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                String name = SOURCES.relativize(file.getParent()).toString().replace('/', '.');
                work.accept(name, Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
