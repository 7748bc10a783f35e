package app.gigpigs.mauticsync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a script relies on in printed JSON: the paths of its keys and the types of the values, without the values. */
final class JsonShape {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\d+");
    /** A sentence as a key is data: what could not be done, which warning was given. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+( [a-z]+){0,3}");

    private final Map<String, TreeSet<String>> types = new TreeMap<>();

    private JsonShape() {}

    /** Of one JSON object a line. Objects with the same keys are one kind, and what one of them may lack is in its types. */
    static String ofLines(String text) {
        Map<List<String>, JsonShape> kinds = new LinkedHashMap<>();
        for (String line : text.strip().lines().toList()) {
            JsonNode object = read(line);
            kinds.computeIfAbsent(keys(object), first -> new JsonShape()).add("", object);
        }
        return kinds.values().stream().map(JsonShape::text).collect(Collectors.joining("\n\n"));
    }

    private static JsonNode read(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + line, e);
        }
    }

    private static List<String> keys(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private void add(String path, JsonNode value) {
        String type = switch (value.getNodeType()) {
            case OBJECT -> value.isEmpty() ? "{}" : "";
            case ARRAY -> value.isEmpty() ? "[]" : "";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            default -> "null";
        };
        if (!type.isEmpty()) {
            types.computeIfAbsent(path, first -> new TreeSet<>()).add(type);
        }
        value.properties().forEach(field -> add(path + "." + key(field.getKey()), field.getValue()));
        if (value.isArray()) {
            value.forEach(element -> add(path + "[]", element));
        }
    }

    private static String key(String key) {
        if (ID.matcher(key).matches()) {
            return "<id>";
        }
        return NAME.matcher(key).matches() ? key : "<text>";
    }

    private String text() {
        return types.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + String.join(" or ", entry.getValue()))
                .collect(Collectors.joining("\n"));
    }
}
