package app.gigpigs.mauticsync.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A contact field. */
record Field(int id, String alias, String label, String type, String group, Shape shape) {

    /**
     * The values that a field accepts.
     *
     * @param limit the maximum length of a text
     * @param scale decimals of a number
     * @param choices the values of a select field
     */
    record Shape(
            int limit,
            int scale,
            List<String> choices,
            @Nullable String defaultValue,
            boolean unique) {
        Shape {
            choices = List.copyOf(choices);
        }

        static Shape text(int limit) {
            return new Shape(limit, 0, List.of(), null, false);
        }

        static Shape number(int scale, @Nullable String defaultValue) {
            return new Shape(0, scale, List.of(), defaultValue, false);
        }
    }

    boolean is(String... types) {
        return List.of(types).contains(type);
    }

    boolean textual() {
        return is("text", "textarea", "tel", "lookup", "url", "locale", "timezone", "html");
    }
}
