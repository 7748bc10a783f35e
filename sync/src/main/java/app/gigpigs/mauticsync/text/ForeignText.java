package app.gigpigs.mauticsync.text;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What another program said, as it may be shown, logged and stored: one line without secrets, personal data and control
 * characters. A PHP notice in front of Mautic's token, a driver's message and a proxy's page can carry any of these. What
 * it takes away it takes away rather once too often. Pure.
 */
public final class ForeignText {
    private static final int LONGEST = 300;
    /** More is not looked at, so that a huge answer costs little time. */
    private static final int READ = 4_000;

    private static final String HIDDEN = "***";

    private record Rule(Pattern pattern, String replacement) {
        static Rule of(String regex, String replacement) {
            return new Rule(Pattern.compile(regex, Pattern.CASE_INSENSITIVE), replacement);
        }
    }

    /** Repetitions are bounded: where a rule may begin anywhere, a long text without blanks costs the square of its length. */
    private static final List<Rule> SECRETS = List.of(
            // JDBI adds the bound values of a statement that failed.
            Rule.of("\\s*\\[?arguments:\\s*\\{.*", ""),
            Rule.of("(\\w{1,20}://)[^/\\s\"'<>]*@", "$1" + HIDDEN + "@"),
            Rule.of(
                    "((?:proxy-)?authorization|(?:set-)?cookie)(\"?\\s*[:=]\\s*\"?)(?:(?:bearer|basic|digest)\\s+)?[^\\s,;\"<]+",
                    "$1$2" + HIDDEN),
            Rule.of("\\b(bearer|basic)\\s+[\\w.~+/=-]{6,}", "$1 " + HIDDEN),
            Rule.of(
                    "(\\w{0,40}(?:token|secret|passw(?:or)?d|pwd|api_?key|client_id)\\w{0,40}(?:\"|&quot;|%22)?\\s*(?:[:=]|=>)\\s*(?:\"|'|&quot;|%22)?)[^\\s\"'&,;})<]+",
                    "$1" + HIDDEN));

    private static final List<Rule> PEOPLE = List.of(
            // Postgres shows the values of a row that breaks a constraint.
            Rule.of("(Key \\([^)]*\\)=)\\([^\\r\\n]*\\)", "$1(" + HIDDEN + ")"),
            Rule.of("(row contains )\\([^\\r\\n]*\\)", "$1(" + HIDDEN + ")"),
            Rule.of("[^\\s@<>\"'(),;:=\\[\\]{}|*/]{1,256}(?:@|%40)[\\w-]+(?:\\.[\\w-]+)*", "(an e-mail address)"));

    /** Nobody reads these; a token looks so in whatever sentence it stands. */
    private static final Rule LONG_RANDOM = Rule.of(
            "(?<![\\w/.-])(?=[\\w+=-]*\\d)(?=[\\w+=-]*[a-z])(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-)[\\w+=-]{32,}", HIDDEN);

    private ForeignText() {}

    /** The same in one line of at most 300 characters; an empty text for null. */
    public static String line(@Nullable String text) {
        String line = filtered(text).replaceAll("\\s+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }

    /** The same, with its lines and its length. */
    public static String filtered(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        String filtered = text.length() > READ ? text.substring(0, READ) : text;
        filtered = filtered.replaceAll("[\\p{Cc}\\p{Cf}&&[^\\n\\t]]", " ");
        for (Rule rule : SECRETS) {
            filtered = rule.pattern().matcher(filtered).replaceAll(rule.replacement());
        }
        for (Rule rule : PEOPLE) {
            filtered = rule.pattern().matcher(filtered).replaceAll(rule.replacement());
        }
        return LONG_RANDOM.pattern().matcher(filtered).replaceAll(LONG_RANDOM.replacement());
    }
}
