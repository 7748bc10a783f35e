package app.gigpigs.mauticsync.simulator;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes values as PHP does. */
final class Php {
    private Php() {}

    /** Serialized as PHP's serialize() does: maps and lists are arrays, lengths are bytes. */
    static String serialize(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        serialize(out, value);
        return out.toString();
    }

    private static void serialize(StringBuilder out, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            out.append("a:").append(map.size()).append(":{");
            map.forEach((key, element) -> {
                serialize(out, key);
                serialize(out, element);
            });
            out.append('}');
        } else if (value instanceof List<?> list) {
            out.append("a:").append(list.size()).append(":{");
            for (int i = 0; i < list.size(); i++) {
                out.append("i:").append(i).append(';');
                serialize(out, list.get(i));
            }
            out.append('}');
        } else if (value instanceof Boolean flag) {
            out.append(flag ? "b:1;" : "b:0;");
        } else if (value instanceof Number number) {
            out.append("i:").append(number.longValue()).append(';');
        } else if (value == null) {
            out.append("N;");
        } else {
            String text = value.toString();
            out.append("s:")
                    .append(text.getBytes(StandardCharsets.UTF_8).length)
                    .append(":\"")
                    .append(text)
                    .append("\";");
        }
    }

    /** JSON as json_encode() writes it: every slash and everything beyond ASCII is escaped. */
    static String json(String json) {
        StringBuilder out = new StringBuilder(json.length() + 64);
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '/') {
                out.append("\\/");
            } else if (c > 127) {
                out.append("\\u").append(String.format("%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
