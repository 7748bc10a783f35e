package app.gigpigs.mauticsync.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the simulator's webhooks against those that real Mautics sent: brought into the same state, and made to
 * do the same, it sends the same keys in the same places, with the same types and the same distinctive values.
 */
class WebhookContractTest {
    private static final Path RECORDINGS = Path.of("sandbox/src/test/resources");
    private static final Map<MauticVersion, String> FOLDERS = Map.of(
            MauticVersion.V4_4, "webhooks-4.4",
            MauticVersion.V5_1, "webhooks",
            MauticVersion.V7_0, "webhooks-7.0");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Everything that a field was created with; the simulator's fields are described more shortly. */
    private static final Set<String> NOT_COMPARED = Set.of("properties");

    /** Values that another run of Mautic would make otherwise; their types are compared. */
    private static final String CHANCE =
            "date.*|timestamp|List-Unsubscribe|lastActive|lastOpened|trackingHash|idHash|contentHash|stat|content|\\{.*";

    /** Descriptions of fields, of which only value and normalizedValue are compared. */
    private static final Set<String> DESCRIPTION = Set.of("id", "label", "is_fixed", "default_value");

    private static final SimulatorSettings SETTINGS =
            SimulatorSettings.defaults().withVersion(MauticVersion.V5_1).withFields(FieldSet.CRM_FIELDS_AS_RECORDED);

    private MauticSimulator mautic = MauticSimulator.start(SETTINGS);
    private SimulatorClient client = new SimulatorClient(mautic, SETTINGS);
    private WebhookReceiver receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = new WebhookReceiver();
        fields();
    }

    private void start(MauticVersion version) {
        mautic.close();
        mautic = MauticSimulator.start(SETTINGS.withVersion(version));
        client = new SimulatorClient(mautic, SETTINGS);
        fields();
    }

    private void fields() {
        for (String alias : List.of("a_very_long_alias_of_more", "id1", "zz_text191", "zz_area", "zz_b1")) {
            mautic.addField(alias, alias.equals("zz_area") ? "textarea" : "text");
        }
        mautic.addField("zz_bool", "boolean");
    }

    @AfterEach
    void close() {
        mautic.close();
        receiver.close();
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

    /**
     * SMTP servers that reject the mail while Mautic sends are not simulated; the event looks as for any other e-mail.
     * What is sent again and the test button have their own tests.
     */
    static List<Arguments> single() throws IOException {
        return recordings().stream()
                .filter(arguments ->
                        !arguments.get()[1].toString().matches("(queue-mode|email-send-smtp|retry|test).*"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"V4_4, 9", "V5_1, 43", "V7_0, 9"})
    void every_recording_is_there(MauticVersion version, int number) throws IOException {
        assertThat(recordings(version)).hasSizeGreaterThanOrEqualTo(number);
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void the_simulators_signature_is_mautics(MauticVersion version, String name) throws IOException {
        JsonNode recording = recording(version, name);
        byte[] body = recording.get("raw_body").asText().getBytes(StandardCharsets.UTF_8);

        assertThat(WebhookPost.signature(body, recording.get("secret").asText()))
                .isEqualTo(header(recording, "Webhook-Signature"));
    }

    @ParameterizedTest
    @MethodSource("single")
    void the_simulator_sends_what_mautic_sent(MauticVersion version, String name) throws Exception {
        start(version);
        JsonNode recording = recording(version, name);
        JsonNode expected =
                MAPPER.readTree(level(version, recording.get("raw_body").asText()));
        String trigger = expected.fieldNames().next();
        State state = new State(expected.get(trigger).get(0));
        webhook(trigger);

        act(name, state);

        List<WebhookReceiver.Post> posts = receiver.posts();
        assertThat(posts).isNotEmpty();
        WebhookReceiver.Post last = posts.get(posts.size() - 1);
        compare(expected, MAPPER.readTree(level(version, last.json().toString())), "", "");
        assertThat(last.headers().getFirst("Webhook-Signature")).isEqualTo(hmac(last.body()));
        assertThat(last.headers().getFirst("Content-Type")).isEqualTo(header(recording, "Content-Type"));
        assertThat(last.headers().getFirst("User-Agent")).isEqualTo(header(recording, "User-Agent"));
        assertThat(last.headers().getFirst("X-Origin-Base-URL"))
                .isEqualTo(mautic.baseUri().toString());
        assertThat(new String(last.body(), StandardCharsets.UTF_8)).matches("\\p{ASCII}*");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V5_1")
    void the_test_button_sends_the_recorded_samples(MauticVersion version) throws Exception {
        start(version);
        String recorded = recording(version, "test-button-1").get("raw_body").asText();
        JsonNode expected = MAPPER.readTree(recorded.replace("index_dev.php\\/", ""));
        List<String> triggers = new ArrayList<>(List.of(Triggers.SEGMENT, Triggers.SEND));
        expected.fieldNames().forEachRemaining(triggers::add);
        long id = mautic.webhooks().addWebhook(receiver.uri(), "s3cr3t-test", triggers);

        assertThat(mautic.webhooks().sendSamples(id)).isTrue();

        WebhookReceiver.Post sent = receiver.posts().get(0);
        assertThat(sent.json().get("timestamp").isTextual()).isTrue();
        ((ObjectNode) expected).set("timestamp", sent.json().get("timestamp"));
        assertThat(sent.json()).isEqualTo(expected);
        assertThat(sent.headers().getFirst("Webhook-Signature")).isEqualTo(hmac(sent.body()));
    }

    @Test
    void a_queue_is_sent_in_the_recorded_chunks() throws Exception {
        webhook(Triggers.NEW, Triggers.UPDATED);
        mautic.webhooks().mode(Webhooks.Mode.QUEUE);
        JsonNode first = MAPPER.readTree(
                recording("queue-mode-many-events-1").get("raw_body").asText());
        JsonNode second = MAPPER.readTree(
                recording("queue-mode-many-events-2").get("raw_body").asText());
        State state = new State(first.get(Triggers.UPDATED).get(0));
        mautic.addContact(state.id - 1, Map.of());
        client.call("POST", "/api/contacts/new", created(first.get(Triggers.NEW).get(0)));
        for (String chunk : List.of("first", "second")) {
            for (JsonNode update : (chunk.equals("first") ? first : second).get(Triggers.UPDATED)) {
                client.call("PATCH", "/api/contacts/" + state.id + "/edit", changed(update));
            }
        }
        assertThat(receiver.posts()).isEmpty();

        assertThat(mautic.processWebhooks()).isEqualTo(20);

        assertThat(receiver.posts()).hasSize(2);
        compare(first, receiver.posts().get(0).json(), "", "");
        compare(second, receiver.posts().get(1).json(), "", "");
    }

    /** The contact before it happened, taken from what was sent after it. */
    private static final class State {
        final JsonNode payload;
        final JsonNode contact;
        final long id;
        final Map<String, Object> values;

        State(JsonNode payload) {
            this.payload = payload;
            JsonNode holder = payload.has("stat") ? payload.get("stat") : payload.path("hit");
            contact = payload.has("contact") ? payload.get("contact") : holder.get("lead");
            id = payload.has("id")
                    ? payload.get("id").asLong()
                    : contact.get("id").asLong();
            values = created(payload);
        }

        JsonNode mail() {
            JsonNode holder = payload.has("stat") ? payload.get("stat") : payload.path("hit");
            return payload.has("email") ? payload.get("email") : holder.path("email");
        }
    }

    private static Map<String, Object> created(JsonNode payload) {
        JsonNode holder = payload.has("stat") ? payload.get("stat") : payload.path("hit");
        JsonNode contact = payload.has("contact") ? payload.get("contact") : holder.get("lead");
        Map<String, Object> values = new HashMap<>();
        contact.path("fields").path("core").properties().forEach(field -> {
            JsonNode value = field.getValue().get("value");
            if (!value.isNull() && !field.getKey().equals("last_active")) {
                values.put(field.getKey(), value.isNumber() ? value.decimalValue() : value.asText());
            }
        });
        if (!contact.has("fields")) {
            for (String alias : List.of("supabase_id", "firstname", "lastname", "email", "points")) {
                if (!contact.get(alias).isNull()) {
                    values.put(
                            alias,
                            contact.get(alias).isNumber()
                                    ? contact.get(alias).decimalValue()
                                    : contact.get(alias).asText());
                }
            }
        }
        return values;
    }

    private static Map<String, Object> changed(JsonNode payload) {
        Map<String, Object> values = created(payload);
        values.remove("points");
        return values;
    }

    private void act(String name, State state) throws Exception {
        String what = name.replaceAll("-\\d$", "");
        if (what.equals("contact-new") || what.equals("contacts-batch-new")) {
            mautic.addContact(state.id - 1, Map.of());
            client.call("POST", "/api/contacts/new", state.values);
            return;
        }
        if (what.equals("contact-edit-unchanged")) {
            mautic.addContact(state.id, state.values);
            mautic.setValue(state.id, "fax", "1");
            mautic.setValue(state.id, "fax", null);
            client.call(
                    "PATCH", "/api/contacts/" + state.id + "/edit", Map.of("lastname", state.values.get("lastname")));
            return;
        }
        if (what.equals("contact-edit") || what.startsWith("segment-") || what.equals("points")) {
            Map<String, Object> before = new HashMap<>(state.values);
            before.put("lastname", "Before");
            mautic.addContact(state.id, before);
            client.call(
                    "PATCH", "/api/contacts/" + state.id + "/edit", Map.of("lastname", state.values.get("lastname")));
        } else {
            mautic.addContact(state.id, state.values);
        }
        if (what.startsWith("email-") || what.contains("-then-")) {
            mailed(what, state);
        } else {
            administered(what, state);
        }
    }

    private void administered(String what, State state) throws Exception {
        String path = "/api/contacts/" + state.id;
        if (what.startsWith("dnc-api-add")) {
            JsonNode entry = state.contact.get("doNotContact").get(0);
            client.call("POST", path + "/dnc/email/add", entry);
        } else if (what.startsWith("dnc-api-remove")) {
            int reason = what.charAt(what.length() - 1) - '0';
            client.call("POST", path + "/dnc/email/add", Map.of("reason", reason));
            client.call("POST", path + "/dnc/email/remove", Map.of());
        } else if (what.equals("points")) {
            client.call("POST", path + "/points/plus/5", Map.of());
        } else if (what.equals("contact-delete")) {
            client.call("DELETE", path + "/delete", Map.of());
        } else if (what.startsWith("segment-")) {
            mautic.addSegment("CRM VIP", "crm-vip", "[]");
            client.call("POST", "/api/segments/1/contact/" + state.id + "/add", Map.of());
            if (what.equals("segment-remove")) {
                client.call("POST", "/api/segments/1/contact/" + state.id + "/remove", Map.of());
            }
        }
    }

    private void mailed(String what, State state) {
        JsonNode recorded = state.mail();
        Mail mail = mautic.mails()
                .create(
                        new Mail.Text(
                                recorded.path("name").asText("T1"),
                                recorded.path("subject").asText("S"),
                                "template",
                                recorded.path("customHtml").asText("")),
                        List.of());
        if (what.equals("email-send-to-unsubscribed")) {
            mautic.people().unsubscribe(mautic.mails().sendToContact(mail.id, state.id));
        }
        long stat = mautic.mails().sendToContact(mail.id, state.id);
        People people = mautic.people();
        switch (what) {
            case "email-open" -> people.open(stat);
            case "email-open-second" -> {
                people.open(stat);
                people.open(stat);
            }
            case "email-click", "email-click-second" -> {
                people.open(stat);
                people.click(stat, "https://example.test/shop?x=1&y=2");
            }
            case "email-unsubscribe" -> {
                people.click(stat, "https://example.test/shop?x=1&y=2");
                people.unsubscribe(stat);
            }
            case "email-unsubscribe-oneclick" -> people.oneClickUnsubscribe(stat);
            case "email-resubscribe" -> {
                people.unsubscribe(stat);
                people.resubscribe(stat);
            }
            case "email-bounce" -> people.bounce(stat);
            case "bounce-then-unsub-bounce" -> people.bounce(stat, "mailbox full");
            case "bounce-then-unsub-unsub" -> {
                people.bounce(stat, "mailbox full");
                people.unsubscribe(stat);
            }
            case "unsub-then-bounce-unsub", "unsub-then-bounce-bounce" -> {
                people.unsubscribe(stat);
                people.bounce(stat);
            }
            default -> assertThat(what).startsWith("email-send");
        }
    }

    /** The same keys, types and distinctive values. */
    static void compare(JsonNode expected, JsonNode actual, String path, String key) {
        if (NOT_COMPARED.contains(key)) {
            return;
        }
        assertThat(actual.getNodeType()).as(path).isEqualTo(expected.getNodeType());
        if (expected.isObject()) {
            Set<String> keys = names(expected);
            assertThat(names(actual)).as(path).isEqualTo(keys);
            for (String name : keys) {
                compare(expected.get(name), actual.get(name), path + "/" + name, name);
            }
        } else if (expected.isArray()) {
            assertThat(actual.size()).as(path).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                compare(expected.get(i), actual.get(i), path + "/" + i, key);
            }
        } else if (!key.matches(CHANCE) && !description(path, key) && !path.contains("/last_active/")) {
            assertThat(actual).as(path).isEqualTo(expected);
        }
    }

    private static boolean description(String path, String key) {
        boolean row = path.matches(".*/doNotContact/\\d+/id|.*/segment/id");
        return row || (path.contains("/fields/") && DESCRIPTION.contains(key)) || path.endsWith("/last_active");
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private void webhook(String... triggers) {
        mautic.webhooks().addWebhook(receiver.uri(), "s3cr3t-test", List.of(triggers));
    }

    private static String hmac(byte[] body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cr3t-test".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(body));
    }

    private static JsonNode recording(MauticVersion version, String name) throws IOException {
        return MAPPER.readTree(
                RECORDINGS.resolve(FOLDERS.get(version)).resolve(name + ".json").toFile());
    }

    private static JsonNode recording(String name) throws IOException {
        return recording(MauticVersion.V5_1, name);
    }

    /**
     * What the installations of 4.4 and 7.0 had otherwise: their client's name, and details of addresses. 4.4 ran on a
     * newer PHP than it was made for, which writes other types of numbers.
     */
    private static String level(MauticVersion version, String json) {
        if (version == MauticVersion.V5_1) {
            return json;
        }
        String level = json.replace("\"Sync [1]\"", "\"" + ConsentChanges.API + "\"")
                .replaceAll("\"ipDetails\":\\{[^}]*\\}", "\"ipDetails\":null")
                .replaceAll("\"(country|region|city|isp|organization)\":\"\"", "\"$1\":null");
        return version == MauticVersion.V4_4
                ? level.replaceAll("\"(Past)?Changes\":(\\[\\]|\\{[^}]*\\}),", "")
                        .replaceAll(":\"(\\d{1,9})\"", ":$1")
                : level;
    }

    private static String header(JsonNode recording, String name) {
        for (JsonNode header : recording.get("headers")) {
            if (header.get(0).asText().equalsIgnoreCase(name)) {
                return header.get(1).asText();
            }
        }
        throw new AssertionError("no header " + name);
    }
}
