package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.mautic.FieldApi.Definition;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Labels of contact fields and of their choices. Pure. */
final class FieldLabels {
    /** Whole numbers; all others get decimals. */
    private static final Set<String> WHOLE = Set.of("lead_score", "total_orders");

    private FieldLabels() {}

    static int decimals(String alias) {
        return WHOLE.contains(alias) ? 0 : 2;
    }

    /** supabase_id becomes Supabase ID. */
    static String label(String alias) {
        return Arrays.stream(alias.split("[_ -]+", -1))
                .filter(word -> !word.isEmpty())
                .map(word ->
                        word.equals("id") ? "ID" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining(" "));
    }

    static Map<String, String> labels(List<String> values) {
        Map<String, String> labels = new LinkedHashMap<>();
        values.forEach(value -> labels.put(value, value.equals("vip") ? "VIP" : label(value)));
        return labels;
    }

    static String of(Definition definition) {
        Map<String, Object> more = definition.more();
        return definition.type()
                + (more.containsKey("isUniqueIdentifer") ? ", unique identifier" : "")
                + (more.containsKey("defaultValue") ? ", default " + more.get("defaultValue") : "")
                + (more.containsKey("charLengthLimit") && !more.containsKey("isUniqueIdentifer")
                        ? ", " + more.get("charLengthLimit") + " characters"
                        : "");
    }
}
