package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.suppression.list.Meaning.Kind;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Which meanings the values of a column have, counted. */
final class ColumnValues {
    private static final int DISTINCT = 2_000;
    private static final int MANY = 20;

    private final Column column;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final Set<String> unknown = new HashSet<>();
    private boolean unsubscribed;
    /** Whether every value is a number, and not all are 0 or 1. */
    private boolean numbers = true;

    ColumnValues(Column column) {
        this.column = column;
    }

    void add(String value, Meaning meaning) {
        counts.merge(meaning.kind(), 1L, Long::sum);
        numbers &=
                meaning.kind() == Kind.EMPTY || ListAddress.strip(value).chars().allMatch(Character::isDigit);
        unsubscribed |= meaning.kind() == Kind.OPTED_OUT;
        if (meaning.kind() == Kind.UNKNOWN && unknown.size() < DISTINCT) {
            unknown.add(value);
        }
    }

    Column column() {
        return column;
    }

    Role role() {
        return column.header().role();
    }

    long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    boolean has(Kind kind) {
        return counts.containsKey(kind);
    }

    /** Whether any value, empty ones aside, is of one of these. */
    boolean any(Predicate<Kind> kinds) {
        return counts.keySet().stream().anyMatch(kind -> kind != Kind.EMPTY && kinds.test(kind));
    }

    /** Whether every value, empty ones aside, is of one of these. */
    boolean all(Predicate<Kind> kinds) {
        return counts.keySet().stream().allMatch(kind -> kind == Kind.EMPTY || kinds.test(kind));
    }

    boolean isEmpty() {
        return all(kind -> false);
    }

    boolean hasOptedOut() {
        return unsubscribed;
    }

    /** Counts or ids: a 1 among them is no yes. */
    boolean isOfNumbers() {
        return numbers && (has(Kind.DATA) || has(Kind.SMTP_CODE));
    }

    /** Names and the like: nearly every value is another one. */
    boolean looksLikeNames() {
        long values = count(Kind.UNKNOWN);
        return values >= MANY && (unknown.size() == DISTINCT || unknown.size() * 10L >= values * 9);
    }
}
