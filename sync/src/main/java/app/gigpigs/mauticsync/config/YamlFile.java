package app.gigpigs.mauticsync.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The optional YAML file: settings, which the environment overrides, and the sections that other packages read. Secrets
 * are read from the environment alone.
 */
public final class YamlFile {
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private final String name;
    private final JsonNode root;
    private final List<String> problems;

    private YamlFile(String name, JsonNode root, List<String> problems) {
        this.name = name;
        this.root = root;
        this.problems = problems;
    }

    /** There is no file. */
    public static YamlFile none(List<String> problems) {
        return new YamlFile("", YAML.createObjectNode(), problems);
    }

    /** Reads a file; what is wrong with it is added to the problems. */
    public static YamlFile read(Path path, List<String> problems) {
        try {
            JsonNode root = YAML.readTree(Files.readString(path));
            if (root == null || root.isMissingNode() || root.isNull()) {
                return none(problems);
            }
            YamlFile file = new YamlFile(path.toString(), root, problems);
            file.keys("", root, Set.of("crm", "fields", "segments", "settings"));
            return file;
        } catch (JsonProcessingException e) {
            String at =
                    e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
            problems.add(path + at + " is no YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            problems.add(path + " cannot be read: " + e.getMessage());
        }
        return none(problems);
    }

    /** The values of the settings in the file, by the name of the variable. */
    public Map<String, String> values(List<Setting> all) {
        Map<String, String> keys = all.stream()
                .filter(setting -> setting.place() == Setting.Place.ENVIRONMENT_OR_FILE)
                .collect(Collectors.toMap(Setting::key, Setting::variable));
        JsonNode settings = root.path("settings");
        keys("settings", settings, keys.keySet());
        Map<String, String> values = new LinkedHashMap<>();
        settings.properties().forEach(setting -> {
            String variable = keys.get(setting.getKey());
            if (variable != null) {
                values.put(variable, setting.getValue().asText());
            }
        });
        return values;
    }

    /** A part of the file; missing where the file does not have it. */
    public JsonNode section(String key) {
        return root.path(key);
    }

    /** Notes what is wrong with the file. */
    public void problem(String message) {
        problems.add(name + ": " + message);
    }

    /** YAML reads a bare off as false. */
    public static boolean off(JsonNode value) {
        return (value.isBoolean() && !value.asBoolean()) || value.asText().equals("off");
    }

    /**
     * A text in the file.
     *
     * @param at the path to it, of which the last part is its key
     */
    public String text(JsonNode parent, String at, String usual) {
        JsonNode value = parent.path(at.substring(at.lastIndexOf('.') + 1));
        if (value.isMissingNode()) {
            return usual;
        }
        if (!value.isTextual() || value.asText().isBlank()) {
            problem(at + " must be a text");
            return usual;
        }
        return value.asText().strip();
    }

    /** Notes every key that is not known. */
    public void keys(String at, JsonNode node, Set<String> known) {
        if (!node.isMissingNode() && !node.isObject()) {
            problem((at.isEmpty() ? "the file" : at) + " must hold keys and values");
        }
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                problem("there is no \"" + (at.isEmpty() ? "" : at + ".") + key + "\"; known here: "
                        + known.stream().sorted().collect(Collectors.joining(", ")));
            }
        });
    }
}
