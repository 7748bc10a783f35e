package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.Vocabulary.Entry;
import app.gigpigs.mauticsync.Vocabulary.Place;
import app.gigpigs.mauticsync.Vocabulary.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The private words of the first months become fewer with every change, and none comes back. */
class VocabularyTest {
    private static final Path LIST = Path.of("demo/src/test/resources/vocabulary.tsv");
    private static final List<Entry> ENTRIES = entries();
    private static final int SHOWN = 20;
    private static final List<String> ROOTS = List.of(
            "sync/src/main",
            "sandbox/src/main",
            "demo/src/main",
            "sync/src/test",
            "sandbox/src/test",
            "demo/src/test",
            "reference-crm",
            "supabase",
            "docs",
            "README.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
            "bin",
            "mautic-sync",
            "verify",
            "bench");

    @Test
    void counts_of_private_words_only_fall() throws IOException {
        List<Text> texts = Vocabulary.texts(ROOTS);
        List<String> complaints = new ArrayList<>();
        List<String> lowered = new ArrayList<>();
        for (Entry entry : ENTRIES) {
            List<Place> places = entry.comment()
                    ? List.of()
                    : texts.parallelStream()
                            .flatMap(text -> text.places(entry.pattern()).stream())
                            .toList();
            lowered.add(entry.with(Math.min(entry.count(), places.size())));
            if (places.size() > entry.count()) {
                complaints.add("write \"" + entry.replacement() + "\" instead of " + entry.expression() + ": "
                        + places.size() + " places, at most " + entry.count() + " are allowed\n    "
                        + shown(places));
            } else if (places.size() < entry.count()) {
                complaints.add(entry.expression() + " is left in " + places.size() + " places, not in " + entry.count()
                        + ": lower the count in " + LIST + " with -Dvocabulary.write=true\n    "
                        + shown(places));
            }
        }
        if (Boolean.getBoolean("vocabulary.write")) {
            Files.writeString(LIST, String.join("\n", lowered) + "\n");
            complaints.removeIf(complaint -> !complaint.startsWith("write "));
        }
        assertThat(String.join("\n", complaints)).isEmpty();
    }

    private static String shown(List<Place> places) {
        String first = places.stream().limit(SHOWN).map(Place::toString).collect(Collectors.joining("\n    "));
        return places.size() > SHOWN ? first + "\n    … and " + (places.size() - SHOWN) + " more" : first;
    }

    private static List<Entry> entries() {
        try {
            return Files.readAllLines(LIST).stream().map(Entry::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> found(String text) {
        Text read = Text.of(Path.of("example"), text);
        return ENTRIES.stream()
                .filter(entry -> !entry.comment())
                .filter(entry -> !read.places(entry.pattern()).isEmpty())
                .map(Entry::expression)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "boolean saysNo",
                "emailPrint",
                "noesByAddress",
                "SYNC_BRAKE_PERCENT",
                "where says_no",
                "a customer who says\n     * no keeps it",
                "-- nobody who said\n-- no",
                "List<String> words()",
                "state = 'refused'",
                "new OwnMark()",
                "mautic_sync.hook_health",
                "RunResult.Kind.PASSING",
                "Works off the inbox",
                "./mautic-sync check --all",
                "one.put(\"by_answer\", 1)"
            })
    void a_private_word_is_found_in_code_and_prose(String text) {
        assertThat(found(text)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Prints one JSON object",
                "new PrintWriter(out)",
                "the view has no rows",
                "a no longer valid id",
                "answer yes on a terminal",
                "Webhooks, POST /api/hooks/new",
                "Runtime.getRuntime().addShutdownHook",
                "passing arguments",
                "doing it again is harmless",
                "a batch whose client has gone",
                "int attempts, Instant nextAttempt",
                "the lease is held by one run",
                "handle.releaseSavepoint",
                "new ConsentLedger(jdbi)",
                "check (state in ('pending'))",
                "a field that Mautic drops"
            })
    void plain_english_is_left_alone(String text) {
        assertThat(found(text)).isEmpty();
    }
}
