package app.gigpigs.mauticsync.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** The headers of a request; names in any case. */
public final class Headers {
    private final HttpFields fields;

    Headers(HttpFields fields) {
        this.fields = fields.asImmutable();
    }

    /** The value of a header that must come once; empty when it is missing or comes twice. */
    public Optional<String> only(String name) {
        List<String> values = new ArrayList<>();
        fields.getFields(name).forEach(field -> values.add(field.getValue() == null ? "" : field.getValue()));
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** All of them, with lower-case names; what comes twice is joined by a comma. */
    public Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        for (HttpField field : fields) {
            String value = field.getValue() == null ? "" : field.getValue();
            all.merge(field.getName().toLowerCase(Locale.ROOT), value, (first, second) -> first + ", " + second);
        }
        return all;
    }
}
