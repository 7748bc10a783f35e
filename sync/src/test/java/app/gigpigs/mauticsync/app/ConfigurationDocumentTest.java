package app.gigpigs.mauticsync.app;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.mapping.FieldKind;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of docs/configuration.md and the schema of the YAML file say what the declared settings say. */
class ConfigurationDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/configuration.md");
    private static final Path SCHEMA = Path.of("docs/mautic-sync.schema.json");
    private static final String BEGIN = "<!-- settings: begin; made by ConfigurationDocumentTest -->\n";
    private static final String END = "<!-- settings: end -->";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void the_document_has_a_row_for_every_setting() throws IOException {
        String text = Files.readString(DOCUMENT);
        String before = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());

        same(DOCUMENT, before + "\n" + tables() + "\n" + text.substring(text.indexOf(END)));
    }

    @Test
    void the_schema_has_a_key_for_every_setting_of_the_file() throws IOException {
        ObjectNode schema = (ObjectNode) JSON.readTree(SCHEMA.toFile());
        ObjectNode settings = JSON.createObjectNode();
        Config.ALL.stream()
                .filter(setting -> setting.place() == Setting.Place.ENVIRONMENT_OR_FILE)
                .forEach(setting -> settings.set(setting.key(), schema(setting)));
        ((ObjectNode) schema.at("/properties/settings")).set("properties", settings);
        ((ObjectNode) schema.at("/$defs/kind")).set("enum", fieldKinds());

        same(SCHEMA, JSON.writer(printer()).writeValueAsString(schema) + "\n");
    }

    private static void same(Path file, String wanted) throws IOException {
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, wanted);
        }
        assertThat(Files.readString(file))
                .as("a setting has changed: run this test with -Dgolden.write=true and read the diff of %s", file)
                .isEqualTo(wanted);
    }

    private static String tables() {
        return Config.TOPICS.stream().map(ConfigurationDocumentTest::table).collect(Collectors.joining("\n"));
    }

    private static String table(Config.Topic topic) {
        return "### " + topic.title()
                + "\n\n| variable | what it is | value | default | in the file |\n|---|---|---|---|---|\n"
                + topic.settings().stream()
                        .map(setting -> "| `" + setting.variable() + "` | " + setting.meaning() + " | "
                                + setting.kind().description() + " | " + code(setting.byDefault()) + " | "
                                + (setting.place() == Setting.Place.ENVIRONMENT ? "no" : code(setting.key())) + " |\n")
                        .collect(Collectors.joining());
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static ObjectNode schema(Setting setting) {
        ObjectNode schema = JSON.createObjectNode().put("description", setting.meaning());
        Kind kind = setting.kind();
        if (kind instanceof Kind.WholeNumber number) {
            return schema.setAll(number(number.least(), number.most()));
        } else if (kind instanceof Kind.NumberOrAuto number) {
            schema.putArray("anyOf")
                    .add(JSON.createObjectNode().put("const", "auto"))
                    .add(number(number.least(), number.most()));
        } else if (kind instanceof Kind.Time) {
            schema.put("$ref", "#/$defs/duration");
        } else if (kind instanceof Kind.Choice choice) {
            ArrayNode values = schema.putArray("enum");
            choice.values().forEach(values::add);
        } else if (kind instanceof Kind.Text text) {
            schema.put("type", "string");
            if (!text.pattern().isEmpty()) {
                schema.put("pattern", text.pattern());
            }
        } else {
            throw new AssertionError(setting.variable() + " is a secret and must not be in the file");
        }
        return schema;
    }

    private static ObjectNode number(int least, int most) {
        ObjectNode schema = JSON.createObjectNode().put("type", "integer").put("minimum", least);
        return most == Integer.MAX_VALUE ? schema : schema.put("maximum", most);
    }

    private static ArrayNode fieldKinds() {
        ArrayNode kinds = JSON.createArrayNode();
        Arrays.stream(FieldKind.values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .forEach(kinds::add);
        return kinds;
    }

    private static DefaultPrettyPrinter printer() {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter() {
            @Override
            public DefaultPrettyPrinter createInstance() {
                return this;
            }

            @Override
            public void writeObjectFieldValueSeparator(com.fasterxml.jackson.core.JsonGenerator json)
                    throws IOException {
                json.writeRaw(": ");
            }
        };
        printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        return printer;
    }
}
