package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** docs/commands.md is made of the usage texts, so that it is always right. */
class CommandsDocumentGoldenTest {
    private static final Map<String, List<String>> TOPICS = topics();

    @Test
    void the_document_shows_the_help_of_every_command() {
        Golden.checkFile(Path.of("docs/commands.md"), document());
    }

    @Test
    void every_command_has_a_topic() {
        assertThat(new TreeSet<>(TOPICS.values().stream().flatMap(List::stream).toList()))
                .isEqualTo(new TreeSet<>(CommandHelp.commands().stream()
                        .filter(name -> !name.equals("help"))
                        .toList()));
    }

    private static String document() {
        StringBuilder page = new StringBuilder("""
                # Commands

                Made of the commands' own help (`./mautic-sync COMMAND --help`). With `--json`, standard output carries JSON and nothing
                else.

                """);
        TOPICS.forEach((topic, commands) -> page.append("- [%s](#%s): ".formatted(topic, anchor(topic)))
                .append(String.join(
                        ", ",
                        commands.stream()
                                .map(name -> "[%s](#%s)".formatted(name, name))
                                .toList()))
                .append("\n"));
        TOPICS.forEach((topic, commands) -> {
            page.append("\n## ").append(topic).append("\n");
            for (String name : commands) {
                page.append("\n### %s\n\n```\n%s\n```\n"
                        .formatted(name, CommandHelp.of(name).strip()));
            }
        });
        return page.toString();
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    private static Map<String, List<String>> topics() {
        Map<String, List<String>> topics = new LinkedHashMap<>();
        topics.put("Trying it", List.of("demo", "reference-crm", "simulator"));
        topics.put("Setting up", List.of("migrate", "setup", "doctor"));
        topics.put("Running", List.of("serve", "sync", "catch-up", "pause", "resume"));
        topics.put("Looking", List.of("plan", "status", "failed", "explain", "reconcile", "inbox", "alert"));
        topics.put("Correcting", List.of("retry", "undo", "replay", "switch-instance"));
        topics.put("Consent and people", List.of("consent", "import-suppressions", "export-suppressions", "erase"));
        return topics;
    }
}
