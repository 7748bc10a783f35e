package app.gigpigs.mauticsync;

import app.gigpigs.mauticsync.contact.FieldKind;
import app.gigpigs.mauticsync.contact.FieldMap;
import app.gigpigs.mauticsync.contact.MappedField;
import app.gigpigs.mauticsync.contact.Mapping;
import app.gigpigs.mauticsync.contact.SegmentMap;
import app.gigpigs.mauticsync.contact.SegmentMap.MauticName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CrmNames.Emails;
import app.gigpigs.mauticsync.crm.CrmNames.Profiles;
import app.gigpigs.mauticsync.crm.Relation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The optional YAML file: what of the CRM goes where in Mautic, where that is not the original design's, and the same
 * settings as the environment's, which win. Its secrets stay in the environment.
 */
final class ConfigFile {
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private final String name;
    private final JsonNode root;
    private final List<String> problems;

    private ConfigFile(String name, JsonNode root, List<String> problems) {
        this.name = name;
        this.root = root;
        this.problems = problems;
    }

    /** What a file says that does not exist. */
    static ConfigFile none(List<String> problems) {
        return new ConfigFile("", YAML.createObjectNode(), problems);
    }

    /** Reads a file; what is wrong with it is added to the problems. */
    static ConfigFile read(Path path, List<String> problems) {
        try {
            JsonNode root = YAML.readTree(Files.readString(path));
            if (root == null || root.isMissingNode() || root.isNull()) {
                return none(problems);
            }
            ConfigFile file = new ConfigFile(path.toString(), root, problems);
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

    /** The settings, by the name of the environment variable that each of them stands for. */
    Map<String, String> settings(Set<String> variables) {
        Map<String, String> keys = variables.stream().collect(Collectors.toMap(ConfigFile::key, Function.identity()));
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

    /** SYNC_BATCH_SIZE is written batch-size. */
    static String key(String variable) {
        return variable.replaceFirst("^(SYNC|MAUTIC)_", "")
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    /** The mapping; the original design's where the file says nothing or something impossible. */
    Mapping mapping() {
        try {
            return new Mapping(crm(), fields(), segments());
        } catch (IllegalArgumentException e) {
            problems.add(name + ": " + e.getMessage());
            return Mapping.DEFAULT;
        }
    }

    private CrmNames crm() {
        JsonNode crm = root.path("crm");
        keys("crm", crm, Set.of("view", "segments-column", "profiles", "emails"));
        JsonNode profiles = crm.path("profiles");
        keys("crm.profiles", profiles, Set.of("table", "id", "opt-in"));
        JsonNode emails = crm.path("emails");
        keys("crm.emails", emails, Set.of("table", "customer", "email", "bounces", "valid"));
        CrmNames usual = CrmNames.DEFAULT;
        return new CrmNames(
                relation(crm, "crm.view", usual.view()),
                new Profiles(
                        relation(
                                profiles, "crm.profiles.table", usual.profiles().table()),
                        text(profiles, "crm.profiles.id", usual.profiles().id()),
                        text(profiles, "crm.profiles.opt-in", usual.profiles().optIn())),
                new Emails(
                        relation(emails, "crm.emails.table", usual.emails().table()),
                        text(emails, "crm.emails.customer", usual.emails().customer()),
                        text(emails, "crm.emails.email", usual.emails().email()),
                        text(emails, "crm.emails.bounces", usual.emails().bounces()),
                        text(emails, "crm.emails.valid", usual.emails().valid())));
    }

    /** The usual fields, each of which may get another column or be switched off, and fields of one's own. */
    private FieldMap fields() {
        Map<String, MappedField> fields = new LinkedHashMap<>();
        FieldMap.DEFAULT.fields().forEach(field -> fields.put(field.alias(), field));
        root.path("fields").properties().forEach(entry -> {
            String alias = entry.getKey();
            if (off(entry.getValue())) {
                fields.remove(alias);
            } else {
                fields.put(alias, field(alias, entry.getValue(), fields.get(alias)));
            }
        });
        return new FieldMap(List.copyOf(fields.values()));
    }

    private MappedField field(String alias, JsonNode value, @Nullable MappedField usual) {
        if (value.isTextual()) {
            return new MappedField(value.asText(), alias, usual == null ? FieldKind.TEXT : usual.kind());
        }
        String at = "fields." + alias;
        keys(at, value, Set.of("column", "kind"));
        String kind = text(value, at + ".kind", usual == null ? "text" : lower(usual.kind()));
        FieldKind known = Arrays.stream(FieldKind.values())
                .filter(one -> lower(one).equals(kind))
                .findFirst()
                .orElse(null);
        if (known == null) {
            problems.add(name + ": " + at + ".kind is \"" + kind + "\"; it must be one of "
                    + Arrays.stream(FieldKind.values()).map(ConfigFile::lower).collect(Collectors.joining(", ")));
        }
        return new MappedField(
                text(value, at + ".column", usual == null ? alias : usual.column()),
                alias,
                known == null ? FieldKind.TEXT : known);
    }

    private static String lower(FieldKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private SegmentMap segments() {
        Map<String, MauticName> segments = new LinkedHashMap<>(SegmentMap.DEFAULT.names());
        root.path("segments").properties().forEach(entry -> {
            String crmName = entry.getKey().strip().toLowerCase(Locale.ROOT);
            if (off(entry.getValue())) {
                segments.remove(crmName);
            } else {
                segments.put(crmName, mauticName(crmName, entry.getValue()));
            }
        });
        return new SegmentMap(text(root.path("crm"), "crm.segments-column", SegmentMap.DEFAULT.column()), segments);
    }

    private MauticName mauticName(String crmName, JsonNode value) {
        if (value.isTextual()) {
            return new MauticName(value.asText(), alias(value.asText()));
        }
        String at = "segments." + crmName;
        keys(at, value, Set.of("name", "alias"));
        String called = text(value, at + ".name", crmName);
        return new MauticName(called, text(value, at + ".alias", alias(called)));
    }

    private static String alias(String segmentName) {
        return segmentName.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    /** YAML reads a bare off as false. */
    private static boolean off(JsonNode value) {
        return (value.isBoolean() && !value.asBoolean()) || value.asText().equals("off");
    }

    private Relation relation(JsonNode parent, String at, Relation usual) {
        try {
            return Relation.parse(text(parent, at, usual.toString()));
        } catch (IllegalArgumentException e) {
            problems.add(name + ": " + at + " " + e.getMessage());
            return usual;
        }
    }

    private String text(JsonNode parent, String at, String usual) {
        JsonNode value = parent.path(at.substring(at.lastIndexOf('.') + 1));
        if (value.isMissingNode()) {
            return usual;
        }
        if (!value.isTextual() || value.asText().isBlank()) {
            problems.add(name + ": " + at + " must be a text");
            return usual;
        }
        return value.asText().strip();
    }

    private void keys(String at, JsonNode node, Set<String> known) {
        if (!node.isMissingNode() && !node.isObject()) {
            problems.add(name + ": " + (at.isEmpty() ? "the file" : at) + " must hold keys and values");
        }
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                problems.add(name + ": there is no \"" + (at.isEmpty() ? "" : at + ".") + key + "\"; known here: "
                        + known.stream().sorted().collect(Collectors.joining(", ")));
            }
        });
    }
}
