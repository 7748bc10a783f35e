package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import app.gigpigs.mauticsync.consent.suppression.list.Meaning.Kind;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What values mean, whatever their column. Strict: a value of which one part is not known means nothing. */
final class ValueReader {
    private static final int REMEMBERED = 10_000;
    private static final int LONG_TEXT = 60;
    private static final int MANY_PARTS = 7;

    /** How any date is shown, and named in an option. */
    static final String DATE = "(a date)";

    private static final Pattern CODE = Pattern.compile("[45]\\.\\d{1,3}\\.\\d{1,3}|[45]\\d\\d");
    private static final Pattern NO_DATE = Pattern.compile("0{1,4}[-/.]0{1,2}[-/.]0{1,4}(?:[ T][0:.]*Z?)?|0{2,}");
    private static final Pattern NUMBER = Pattern.compile("[+(]?\\d[\\d .,:/()+%-]*");
    private static final Pattern YES = Pattern.compile("[✓✔☑✅]\uFE0F?");
    private static final Pattern NO = Pattern.compile("[☐⬜]\uFE0F?");

    private final Map<String, Meaning> given = new HashMap<>();
    private final Map<String, Meaning> remembered = new HashMap<>();

    ValueReader(Map<String, Meaning> given) {
        given.forEach((value, meaning) -> this.given.put(same(value), meaning));
    }

    /** How a value is shown, and named in an option. */
    static String shown(String value) {
        String text = ListAddress.strip(value);
        return text.isEmpty() ? "(empty)" : text;
    }

    private static String same(String value) {
        String text = Vocabulary.plain(value);
        return text.isEmpty() || value.strip().equalsIgnoreCase("(empty)") ? ListAddress.strip(value) : text;
    }

    /** Whether a person said what this value means. */
    boolean isGiven(String value) {
        return given.containsKey(same(shown(value)));
    }

    Meaning read(String value) {
        Meaning known = remembered.get(value);
        if (known != null) {
            return known;
        }
        Meaning meaning = given.isEmpty() ? null : given.get(same(shown(value)));
        Meaning read = meaning == null ? dated(understood(ListAddress.strip(value))) : meaning;
        if (remembered.size() < REMEMBERED && value.length() <= LONG_TEXT) {
            remembered.put(value, read);
        }
        return read;
    }

    /** What a person said of dates. */
    private Meaning dated(Meaning understood) {
        Meaning meaning = given.get(same(DATE));
        return understood.kind() == Kind.DATE && meaning != null
                ? new Meaning(meaning.kind(), meaning.reason(), understood.since())
                : understood;
    }

    private static Meaning understood(String text) {
        if (YES.matcher(text).matches()) {
            return Meaning.of(Kind.YES);
        }
        if (NO.matcher(text).matches()) {
            return Meaning.of(Kind.NO);
        }
        String plain = Vocabulary.plain(text);
        if (plain.isEmpty()
                ? isDash(text)
                : Vocabulary.is(plain, Concept.EMPTY) || NO_DATE.matcher(text).matches()) {
            return Meaning.of(Kind.EMPTY);
        }
        if (Vocabulary.is(plain, Concept.YES)) {
            return Meaning.of(Kind.YES);
        }
        if (Vocabulary.is(plain, Concept.NO)) {
            return Meaning.of(Kind.NO);
        }
        if (CODE.matcher(text).matches()) {
            return Meaning.of(Kind.SMTP_CODE);
        }
        return ListDate.read(text).map(date -> Meaning.date(date.at())).orElseGet(() -> phrase(text, plain));
    }

    private static boolean isDash(String text) {
        return text.isEmpty()
                || text.codePoints().allMatch(one -> Character.getType(one) == Character.DASH_PUNCTUATION)
                || text.equals("[]")
                || text.equals("{}")
                || text.equals("()");
    }

    private static Meaning phrase(String text, String plain) {
        if (text.indexOf('@') >= 0
                || text.contains("://")
                || NUMBER.matcher(text).matches()) {
            return Meaning.of(Kind.DATA);
        }
        Meaning meaning = decided(Vocabulary.concepts(plain));
        boolean data = text.length() > LONG_TEXT || plain.split(" ").length >= MANY_PARTS;
        return data && meaning.kind() == Kind.UNKNOWN ? Meaning.of(Kind.DATA) : meaning;
    }

    private static Meaning decided(List<Set<Concept>> parts) {
        Set<Concept> strong = EnumSet.noneOf(Concept.class);
        Set<Concept> weak = EnumSet.noneOf(Concept.class);
        Set<Concept> negations = EnumSet.noneOf(Concept.class);
        int negated = 0;
        for (Set<Concept> part : parts) {
            Set<Concept> decisions = both(part, Concept.DECISION);
            Set<Concept> negation = both(part, Concept.NEGATION);
            boolean filler = part.contains(Concept.FILLER);
            if (!decisions.isEmpty() && negation.isEmpty()) {
                (filler ? weak : strong).addAll(decisions);
            } else if (!negation.isEmpty()) {
                negations.addAll(negation);
                negated++;
            } else if (!filler) {
                return Meaning.of(Kind.UNKNOWN);
            }
        }
        // No consent, no newsletter: perhaps never asked for.
        boolean vague = strong.isEmpty() && !weak.contains(Concept.BLOCKED) && !negations.isEmpty();
        return negated > 1 || (vague && !weak.isEmpty())
                ? Meaning.of(Kind.UNKNOWN)
                : together(strong.isEmpty() ? weak : strong, negations);
    }

    private static Meaning together(Set<Concept> decisions, Set<Concept> negations) {
        Set<Concept> optedOut = both(decisions, Concept.OPTED_OUT);
        if (decisions.isEmpty()) {
            return Meaning.of(negations.contains(Concept.NEVER) ? Kind.NEVER_SUBSCRIBED : Kind.UNKNOWN);
        }
        if (decisions.size() == optedOut.size()) {
            return negations.isEmpty() ? Meaning.optedOut(strongest(optedOut)) : Meaning.of(Kind.NOT_OPTED_OUT);
        }
        if (Concept.MAILABLE.containsAll(decisions)) {
            return subscribed(negations);
        }
        if (decisions.equals(EnumSet.of(Concept.PENDING)) && negations.isEmpty()) {
            return Meaning.of(Kind.NEVER_SUBSCRIBED);
        }
        return Meaning.of(decisions.equals(EnumSet.of(Concept.EITHER)) ? Kind.EITHER : Kind.UNKNOWN);
    }

    private static Meaning subscribed(Set<Concept> negations) {
        if (negations.isEmpty()) {
            return Meaning.of(Kind.SUBSCRIBED);
        }
        if (negations.contains(Concept.NO_LONGER)) {
            return Meaning.optedOut(Reason.UNSUBSCRIBED);
        }
        return Meaning.of(negations.contains(Concept.NEVER) ? Kind.NEVER_SUBSCRIBED : Kind.NOT_SUBSCRIBED);
    }

    static Reason strongest(Set<Concept> optedOut) {
        if (optedOut.contains(Concept.COMPLAINT)) {
            return Reason.COMPLAINT;
        }
        if (optedOut.contains(Concept.UNSUBSCRIBED)) {
            return Reason.UNSUBSCRIBED;
        }
        return optedOut.contains(Concept.BOUNCED) ? Reason.BOUNCED : Reason.BLOCKED;
    }

    private static Set<Concept> both(Set<Concept> some, Set<Concept> others) {
        Set<Concept> both = EnumSet.noneOf(Concept.class);
        some.stream().filter(others::contains).forEach(both::add);
        return both;
    }
}
