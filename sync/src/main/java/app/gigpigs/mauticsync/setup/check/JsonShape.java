package app.gigpigs.mauticsync.setup.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/**
 * What an answer must hold, in lines such as "contacts: array": a path, and the kinds of value that may be there. A star in a
 * path is every element of a list or every value of an object; "=12,13" are the only values allowed; "has a b" is a list with
 * these texts in it. What is reported names paths and kinds, never a value of the answer. Pure.
 */
final class JsonShape {
    private final List<String> lines;

    JsonShape(String expected) {
        this.lines = expected.lines().filter(line -> !line.isBlank()).toList();
    }

    /** In what the answer differs; empty when in nothing. */
    List<String> differences(JsonNode answer) {
        List<String> differences = new ArrayList<>();
        for (String line : lines) {
            int colon = line.indexOf(": ");
            String path = line.substring(0, colon);
            String allowed = line.substring(colon + 2).strip();
            at(answer, List.of(path.split("/"))).stream()
                    .filter(node -> !fits(node, allowed))
                    .findFirst()
                    .ifPresent(node -> differences.add(path + " " + difference(node, allowed)));
        }
        return differences;
    }

    private static List<JsonNode> at(JsonNode node, List<String> path) {
        if (path.isEmpty()) {
            return List.of(node);
        }
        List<String> rest = path.subList(1, path.size());
        if (!path.get(0).equals("*")) {
            return at(node.path(path.get(0)), rest);
        }
        return StreamSupport.stream(node.spliterator(), false)
                .flatMap(element -> at(element, rest).stream())
                .toList();
    }

    private static boolean fits(JsonNode node, String allowed) {
        if (allowed.startsWith("has ")) {
            return node.isArray() && without(node, allowed).isEmpty();
        }
        return allowed.startsWith("=")
                ? List.of(allowed.substring(1).split(",")).contains(node.asText())
                : List.of(allowed.split(" ")).contains(kind(node));
    }

    /** Those of the texts after "has" that the list does not have. */
    private static List<String> without(JsonNode node, String allowed) {
        List<String> missing = new ArrayList<>(List.of(allowed.substring(4).split(" ")));
        node.forEach(element -> missing.remove(element.asText()));
        return missing;
    }

    private static String kind(JsonNode node) {
        return node instanceof MissingNode
                ? "missing"
                : switch (node.getNodeType()) {
                    case STRING -> "text";
                    default -> node.getNodeType().name().toLowerCase(Locale.ROOT);
                };
    }

    private static String difference(JsonNode node, String allowed) {
        if (allowed.startsWith("has ")) {
            return "has no " + String.join(", ", without(node, allowed));
        }
        return "is " + kind(node) + ", not "
                + (allowed.startsWith("=") ? "one of those that were asked for" : allowed.replace(" ", " or "));
    }
}
