package app.gigpigs.mauticsync.simulator;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A contact as stored; blank values are absent.
 *
 * @param values alias to String, BigDecimal or Boolean
 */
public record SimulatedContact(long id, Map<String, @Nullable Object> values, List<DoNotContactEntry> doNotContact) {
    public SimulatedContact {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        doNotContact = List.copyOf(doNotContact);
    }

    /** A value as text, or null. */
    public @Nullable String text(String alias) {
        Object value = values.get(alias);
        return value == null ? null : value.toString();
    }
}
