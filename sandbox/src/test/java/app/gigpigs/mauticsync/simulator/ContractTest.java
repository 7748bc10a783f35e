package app.gigpigs.mauticsync.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the simulator against exchanges recorded on real Mautics: the recorded request is sent to a simulator in the
 * state the recording was made in, and status, shape and distinctive values of the answers must agree.
 */
class ContractTest {
    private static final Path RECORDINGS = Path.of("sandbox/src/test/resources");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String CLIENT = "1_2localrandomidcrmsync00000000000000000000000000000";
    private static final SimulatorSettings SETTINGS = new SimulatorSettings(
            0,
            Duration.ZERO,
            FieldSet.CRM_FIELDS_AS_RECORDED,
            new SimulatorSettings.Client(CLIENT, "<client-secret>"),
            MauticVersion.V5_1);
    private static final Map<MauticVersion, String> FOLDERS = Map.of(
            MauticVersion.V4_4, "mautic-recorded-4.4",
            MauticVersion.V5_1, "mautic-recorded",
            MauticVersion.V7_0, "mautic-recorded-7.0");

    private MauticSimulator mautic = MauticSimulator.start(SETTINGS);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        mautic.close();
    }

    static List<String> recordings(MauticVersion version) throws IOException {
        try (Stream<Path> files = Files.list(RECORDINGS.resolve(FOLDERS.get(version)))) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList();
        }
    }

    static List<Arguments> recordings() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (MauticVersion version : MauticVersion.values()) {
            recordings(version).forEach(name -> all.add(Arguments.of(version, name)));
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"V4_4, 105", "V5_1, 223", "V7_0, 106"})
    void every_recording_is_there(MauticVersion version, int number) throws IOException {
        assertThat(recordings(version)).hasSizeGreaterThanOrEqualTo(number);
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void the_simulator_answers_as_mautic_did(MauticVersion version, String name) throws Exception {
        mautic.close();
        mautic = MauticSimulator.start(SETTINGS.withVersion(version));
        JsonNode recording = MAPPER.readTree(
                RECORDINGS.resolve(FOLDERS.get(version)).resolve(name + ".json").toFile());
        setUp(name, recording.get("setup"));

        HttpResponse<String> answer = send(name, recording.get("request"));

        JsonNode expected = recording.get("response");
        assertThat(answer.statusCode()).isEqualTo(expected.get("status").asInt());
        assertThat(answer.body()).contains(expected.path("text").asText(""));
        expected.path("headers")
                .properties()
                .forEach(header -> assertThat(
                                answer.headers().firstValue(header.getKey()).orElse(null))
                        .as(header.getKey())
                        .isEqualTo(header.getValue().textValue()));
        if (expected.get("body").isObject()) {
            compare(expected.get("body"), MAPPER.readTree(answer.body()));
        }
    }

    private void setUp(String name, JsonNode setup) {
        new RecordedState(mautic).restore(setup);
        mautic.faults().apiDisabled(name.startsWith("api-disabled"));
    }

    private HttpResponse<String> send(String name, JsonNode request) throws Exception {
        String path = request.get("path").asText().replace("[", "%5B").replace("]", "%5D");
        HttpRequest.Builder http = HttpRequest.newBuilder(URI.create(mautic.baseUri() + path));
        JsonNode body = request.get("body");
        String text = body.isNull() ? "" : body.isTextual() ? body.asText() : MAPPER.writeValueAsString(body);
        http.method(request.get("method").asText(), HttpRequest.BodyPublishers.ofString(text));
        if (!request.get("contentType").isNull()) {
            http.header("Content-Type", request.get("contentType").asText());
        }
        if (path.startsWith("/api") && !name.equals("api-401-no-auth") && !name.startsWith("api-disabled")) {
            http.header("Authorization", login(name));
        }
        return this.http.send(http.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String login(String name) throws Exception {
        return switch (name) {
            case "api-401-invalid-token" -> "Bearer bogus";
            case "api-401-expired-token" -> "Bearer " + mautic.expiredToken();
            case "api-401-basic-wrong-password" -> "Basic c2ltdWxhdG9yOndyb25n";
            default -> "Bearer " + token();
        };
    }

    private String token() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(mautic.baseUri() + "/oauth/v2/token"))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "grant_type=client_credentials&client_id=" + CLIENT + "&client_secret=%3Cclient-secret%3E"))
                .build();
        String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return MAPPER.readTree(body).get("access_token").asText();
    }

    private static void compare(JsonNode expected, JsonNode actual) {
        List<String> keys = new ArrayList<>();
        expected.fieldNames().forEachRemaining(keys::add);
        List<String> found = new ArrayList<>();
        actual.fieldNames().forEachRemaining(found::add);
        assertThat(found).containsExactlyInAnyOrderElementsOf(keys);
        for (String key : keys) {
            switch (key) {
                case "access_token" -> assertThat(actual.get(key).asText()).isNotEmpty();
                case "contact" -> contact(expected.get(key), actual.get(key));
                case "contacts" -> contacts(expected.get(key), actual.get(key));
                case "field" ->
                    assertThat(withoutNumbers(actual.get(key))).isEqualTo(withoutNumbers(expected.get(key)));
                case "fields" ->
                    assertThat(actual.get(key))
                            .zipSatisfy(
                                    expected.get(key),
                                    (one, other) ->
                                            assertThat(withoutNumbers(one)).isEqualTo(withoutNumbers(other)));
                case "hook" -> webhook((ObjectNode) expected.get(key), (ObjectNode) actual.get(key));
                case "stats" -> assertThat(hashless(actual.get(key))).isEqualTo(hashless(expected.get(key)));
                case "lists" ->
                    expected.get(key)
                            .properties()
                            .forEach(segment -> segment.getValue()
                                    .properties()
                                    .forEach(field -> assertThat(actual.get(key)
                                                    .path(segment.getKey())
                                                    .get(field.getKey()))
                                            .isEqualTo(field.getValue())));
                case "list" ->
                    expected.get(key)
                            .properties()
                            .forEach(field -> assertThat(actual.get("list").get(field.getKey()))
                                    .isEqualTo(field.getValue()));
                default -> assertThat(sorted(actual.get(key))).as(key).isEqualTo(sorted(expected.get(key)));
            }
        }
    }

    private static void webhook(ObjectNode expected, ObjectNode actual) {
        if (expected.get("secret").asText().equals("<generated>")) {
            assertThat(actual.remove("secret").asText()).matches("[0-9a-f]{64}");
            expected.remove("secret");
        }
        assertThat(actual).isEqualTo(expected);
    }

    /** A field's definition without what counts how many others there were before. */
    private static Object withoutNumbers(JsonNode field) {
        ObjectNode shown = field.deepCopy();
        shown.remove(List.of("id", "order", "dateAdded"));
        return sorted(shown);
    }

    /** Rows as they are, without what Mautic names randomly. */
    private static String hashless(JsonNode rows) {
        return rows.toString().replaceAll("[0-9a-f]{22,25}", "(hash)");
    }

    /** The order of PHP's keys has no meaning. */
    private static Object sorted(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
            return fields;
        }
        if (node.isArray()) {
            List<Object> items = new ArrayList<>();
            node.forEach(item -> items.add(sorted(item)));
            return items;
        }
        return node.toString();
    }

    private static void contacts(JsonNode expected, JsonNode actual) {
        assertThat(actual.getNodeType()).as("list or object").isEqualTo(expected.getNodeType());
        assertThat(actual.size()).isEqualTo(expected.size());
        if (expected.isArray()) {
            for (int i = 0; i < expected.size(); i++) {
                contact(expected.get(i), actual.get(i));
            }
        } else {
            expected.properties().forEach(entry -> contact(entry.getValue(), actual.get(entry.getKey())));
        }
    }

    private static void contact(JsonNode expected, JsonNode actual) {
        assertThat(actual).isNotNull();
        assertThat(entries(actual, expected)).isEqualTo(entries(expected, expected));
        if (expected.has("modified")) {
            assertThat(actual.hasNonNull("dateModified"))
                    .as("dateModified is there")
                    .isEqualTo(expected.get("modified").asBoolean());
            assertThat(actual.get("id")).isEqualTo(expected.get("id"));
        }
        JsonNode all = actual.path("fields").path("all");
        assertThat(all.isObject()).as("fields.all is there").isEqualTo(expected.has("all"));
        expected.path("all").properties().forEach(field -> {
            if (!field.getKey().equals("id")) {
                assertThat(comparable(all.get(field.getKey())))
                        .as(field.getKey())
                        .isEqualTo(comparable(field.getValue()));
            }
        });
    }

    /** The do-not-contact entries; without their comments where these were not kept of the recording. */
    private static List<String> entries(JsonNode contact, JsonNode recorded) {
        boolean comments = recorded.path("doNotContact").findValue("comments") != null;
        List<String> entries = new ArrayList<>();
        contact.path("doNotContact")
                .forEach(entry -> entries.add(entry.get("reason").asInt()
                        + (comments ? entry.path("comments").asText() : "")));
        return entries;
    }

    /** Blank is blank, a number is its value, and true is 1, however PHP wrote it this time. */
    private static String comparable(JsonNode value) {
        if (value == null || value.isNull() || value.asText().isEmpty()) {
            return "(blank)";
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "1" : "0";
        }
        String text = value.asText();
        return text.matches("-?\\d+(\\.\\d+)?")
                ? new BigDecimal(text).stripTrailingZeros().toPlainString()
                : text;
    }
}
