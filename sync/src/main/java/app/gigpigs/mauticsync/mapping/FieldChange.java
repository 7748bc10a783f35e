package app.gigpigs.mauticsync.mapping;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One field that a run would write with another value than it was sent last. Pure.
 *
 * @param before as it was sent last; null for blank
 * @param after as it would be sent; null for blank
 */
public record FieldChange(
        String alias, @Nullable String before, @Nullable String after) {

    /** The fields that differ, in the mapping's order; a value that is left out changes nothing. */
    public static List<FieldChange> between(Map<String, String> sent, ContactFields fields) {
        List<FieldChange> changes = new ArrayList<>();
        fields.values().forEach((alias, value) -> {
            String before = sent.get(alias);
            String after = text(value);
            if (!Objects.equals(before, after)) {
                changes.add(new FieldChange(alias, before, after));
            }
        });
        return changes;
    }

    /** What is to be remembered of fields that were sent: blanks are left out. */
    public static Map<String, String> remembered(ContactFields fields) {
        Map<String, String> sent = new LinkedHashMap<>();
        fields.values().forEach((alias, value) -> {
            String text = text(value);
            if (text != null) {
                sent.put(alias, text);
            }
        });
        return sent;
    }

    /** Whether a value goes away. */
    public boolean blanks() {
        return before != null && after == null;
    }

    public static @Nullable String text(@Nullable Object value) {
        if (value instanceof BigDecimal number) {
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        return value == null ? null : value.toString();
    }
}
