package app.gigpigs.mauticsync.consent.suppression.list;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The phrases of seven languages, and which concepts a text is made of. Thread-safe. */
final class Vocabulary {
    private static final int LONGEST_PHRASE = 6;
    private static final int LONGEST_STEM = 40;
    private static final int LONGEST_TEXT = 200;

    private static final Pattern ENDING = Pattern.compile("\\((?:e|s|a|es|as|os|in|innen|ne|trice)\\)");
    private static final Pattern CAMEL = Pattern.compile("(?<=\\p{Ll})(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})");
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern GAPS = Pattern.compile("[^\\p{L}\\p{N}]+");

    /** Of German and Dutch compounds, such as Abmeldegrund and uitschrijfdatum. */
    private static final Map<String, Concept> ENDINGS = Map.of(
            "grund", Concept.REASON,
            "reden", Concept.REASON,
            "datum", Concept.DATE,
            "zeitpunkt", Concept.DATE);

    private static final Map<String, Set<Concept>> PHRASES = new HashMap<>();
    private static final Map<String, Set<Concept>> STEMS = new HashMap<>();

    static {
        load();
    }

    private Vocabulary() {}

    /** A text without accents and case, its parts divided by one blank each. */
    static String plain(String text) {
        String some = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
        String divided = CAMEL.matcher(ENDING.matcher(some).replaceAll("")).replaceAll(" ");
        String decomposed = Normalizer.normalize(divided.toLowerCase(Locale.ROOT), Normalizer.Form.NFKD);
        String bare =
                MARKS.matcher(decomposed).replaceAll("").replace("ß", "ss").replace("œ", "oe");
        return GAPS.matcher(bare).replaceAll(" ").strip();
    }

    /** The concepts of each phrase of a plain text, the longest phrases first; empty for a part that is not known. */
    static List<Set<Concept>> concepts(String plain) {
        List<Set<Concept>> found = new ArrayList<>();
        if (plain.isEmpty()) {
            return found;
        }
        String[] parts = plain.split(" ");
        for (int from = 0; from < parts.length; ) {
            int length = Math.min(LONGEST_PHRASE, parts.length - from);
            Set<Concept> concepts = Set.of();
            for (; length >= 1; length--) {
                concepts = of(String.join(" ", List.of(parts).subList(from, from + length)));
                if (!concepts.isEmpty() || length == 1) {
                    break;
                }
            }
            found.add(concepts);
            from += length;
        }
        return found;
    }

    /** Whether the whole of a plain text is one phrase of this concept. */
    static boolean is(String plain, Concept concept) {
        return PHRASES.getOrDefault(plain, Set.of()).contains(concept);
    }

    private static Set<Concept> of(String phrase) {
        Set<Concept> found = EnumSet.noneOf(Concept.class);
        found.addAll(PHRASES.getOrDefault(phrase, Set.of()));
        for (int end = Math.min(phrase.length(), LONGEST_STEM); end > phrase.lastIndexOf(' ') + 1; end--) {
            found.addAll(STEMS.getOrDefault(phrase.substring(0, end), Set.of()));
        }
        if (found.stream().noneMatch(Vocabulary::isAboutWhat) && phrase.indexOf(' ') < 0) {
            ENDINGS.forEach((ending, concept) -> {
                if (phrase.endsWith(ending)) {
                    found.add(concept);
                }
            });
        }
        return found;
    }

    private static boolean isAboutWhat(Concept concept) {
        return concept == Concept.REASON || concept == Concept.DATE || concept == Concept.NEUTRAL;
    }

    private static void load() {
        InputStream stream = Objects.requireNonNull(Vocabulary.class.getResourceAsStream("vocabulary.tsv"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] columns = line.split("\t", 2);
                    for (String phrase : columns[1].split(", ")) {
                        add(Concept.valueOf(columns[0]), phrase);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(Concept concept, String phrase) {
        boolean stem = phrase.endsWith("*");
        (stem ? STEMS : PHRASES)
                .computeIfAbsent(
                        stem ? phrase.substring(0, phrase.length() - 1) : phrase, any -> EnumSet.noneOf(Concept.class))
                .add(concept);
    }
}
