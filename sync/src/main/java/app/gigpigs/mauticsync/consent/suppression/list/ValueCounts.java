package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.suppression.list.ListSummary.ValueSummary;
import app.gigpigs.mauticsync.consent.suppression.list.Meaning.Kind;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often each value of one column occurs, and what it was taken for. */
final class ValueCounts {
    private static final int DISTINCT = 1_000;
    private static final int SHOWN = 20;
    private static final int LONGEST = 60;

    private final Map<String, ValueSummary> counts = new LinkedHashMap<>();
    private long others;

    void add(String cell, Meaning meaning, String taken) {
        String value = meaning.kind() == Kind.DATE ? ValueReader.DATE : ValueReader.shown(cell);
        String shown = value.length() > LONGEST ? value.substring(0, LONGEST) + "…" : value;
        ValueSummary before = counts.get(shown);
        if (before == null && counts.size() >= DISTINCT) {
            others++;
        } else {
            counts.put(shown, new ValueSummary(shown, taken, before == null ? 1 : before.lines() + 1));
        }
    }

    /** The most frequent ones. */
    List<ValueSummary> shown() {
        return counts.values().stream()
                .sorted(Comparator.comparingLong(ValueSummary::lines).reversed())
                .limit(SHOWN)
                .toList();
    }

    /** How many values are not shown. */
    long more() {
        return Math.max(0, counts.size() - SHOWN) + others;
    }
}
