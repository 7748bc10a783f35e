package app.gigpigs.mauticsync.mapping;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this Mautic takes: the values its select fields list, the lengths it has shown, its names of countries and
 * regions. An unknown length is no limit; Mautic's answer teaches it.
 *
 * @param choices alias of a select field to its values; an alias without values takes any text
 * @param lengths alias to the most characters it takes, as far as known
 * @param places Mautic's names of countries and regions
 */
public record FieldRules(Map<String, List<String>> choices, Map<String, Integer> lengths, PlaceNames places) {
    public FieldRules {
        choices = Map.copyOf(choices);
        lengths = Map.copyOf(lengths);
    }

    boolean fits(String alias, String text) {
        Integer limit = lengths.get(alias);
        return limit == null || text.codePointCount(0, text.length()) <= limit;
    }

    Optional<String> choice(String alias, String text) {
        List<String> values = choices.getOrDefault(alias, List.of());
        if (values.isEmpty() || values.contains(text)) {
            return Optional.of(text);
        }
        return values.stream().filter(value -> value.equalsIgnoreCase(text)).findFirst();
    }
}
