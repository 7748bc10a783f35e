package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** What the test button on a webhook's page sends: a sample of each kind that is chosen, with ids that mean nothing. */
final class WebhookSamples {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode ALL = load();

    private WebhookSamples() {}

    /** Some samples are in a list, others are not; the time is beside them. Kinds without a sample are left out. */
    static String body(List<String> triggers, String now) {
        ObjectNode body = MAPPER.createObjectNode();
        triggers.stream().filter(ALL::has).forEach(trigger -> body.set(trigger, ALL.get(trigger)));
        return Php.json(body.put("timestamp", now).toString());
    }

    private static JsonNode load() {
        try (InputStream in = Objects.requireNonNull(
                WebhookSamples.class.getClassLoader().getResourceAsStream("simulator/webhook-samples.json"))) {
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the samples cannot be read", e);
        }
    }
}
