package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The webhooks, and the calls about them. */
final class WebhookStore {
    private static final String BAD_URL =
            "{\"errors\":[{\"code\":400,\"message\":\"webhookUrl: A valid URL is required.\",\"details\":{\"webhookUrl\":[\"A valid URL is required.\"]}}]}";

    private final Map<Long, StoredWebhook> byId = new ConcurrentSkipListMap<>();
    private final AtomicLong nextId = new AtomicLong(1);
    private final Time time;
    private final MauticVersion version;

    WebhookStore(Time time, MauticVersion version) {
        this.time = time;
        this.version = version;
    }

    /** The published webhooks with this trigger; a trigger that Mautic does not have is accepted and never fires. */
    List<StoredWebhook> listening(String trigger) {
        return byId.values().stream()
                .filter(webhook -> webhook.listensTo(trigger))
                .toList();
    }

    List<StoredWebhook> published() {
        return byId.values().stream().filter(StoredWebhook::published).toList();
    }

    StoredWebhook present(long id) {
        return Objects.requireNonNull(byId.get(id), () -> "no webhook " + id);
    }

    long add(String url, String secret, List<String> triggers) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", "test").put("webhookUrl", url).put("secret", secret).put("eventsOrderbyDir", "ASC");
        triggers.forEach(body.putArray("triggers")::add);
        return store(body).id;
    }

    private StoredWebhook store(JsonNode body) {
        StoredWebhook webhook = new StoredWebhook(nextId.getAndIncrement(), time.now());
        webhook.change(body);
        if (version.datesCreation()) {
            webhook.modified(time.now());
        }
        byId.put(webhook.id, webhook);
        return webhook;
    }

    /** The answer, or null when this is another part's call. */
    @Nullable
    Answer answer(String method, String path, JsonNode body) {
        if (path.equals("/api/hooks/triggers") && method.equals("GET")) {
            return Answer.json(200, Triggers.json(version));
        }
        if (path.equals("/api/hooks") && method.equals("GET")) {
            return list();
        }
        if (path.equals("/api/hooks/new") && method.equals("POST")) {
            return create(body);
        }
        if (!path.matches("/api/hooks/\\d{1,18}(/edit|/delete)?")) {
            return null;
        }
        String[] parts = path.split("/", -1);
        StoredWebhook webhook = byId.get(Long.parseLong(parts[3]));
        return webhook == null
                ? SegmentCalls.notFound()
                : one(webhook, method + (parts.length > 4 ? " " + parts[4] : ""), body);
    }

    private @Nullable Answer one(StoredWebhook webhook, String call, JsonNode body) {
        switch (call) {
            case "GET" -> {
                return shown(200, webhook);
            }
            case "DELETE delete" -> {
                byId.remove(webhook.id);
                return Answer.json(200, "{\"hook\":" + webhook.json("null") + "}");
            }
            case "PATCH edit", "PUT edit" -> {
                if (!valid(body.path("webhookUrl").asText(webhook.address().url()))) {
                    return Answer.json(400, BAD_URL);
                }
                if (call.startsWith("PUT")) {
                    webhook.replace(body);
                } else {
                    webhook.change(body);
                }
                webhook.modified(time.now());
                return shown(200, webhook);
            }
            default -> {
                return null;
            }
        }
    }

    private Answer create(JsonNode body) {
        if (!valid(body.path("webhookUrl").asText())) {
            return Answer.json(400, BAD_URL);
        }
        ObjectNode complete = body.deepCopy();
        if (body.path("secret").asText().isEmpty()) {
            complete.put("secret", Triggers.generatedSecret());
        }
        StoredWebhook webhook = store(complete);
        return shown(201, webhook).with("Location", "/api/hooks/" + webhook.id);
    }

    private static boolean valid(String url) {
        return url.matches("https?://[^\\s/]+(/\\S*)?");
    }

    private static Answer shown(int status, StoredWebhook webhook) {
        return Answer.json(status, "{\"hook\":" + webhook.json(String.valueOf(webhook.id)) + "}");
    }

    private Answer list() {
        StringBuilder out = new StringBuilder();
        byId.values()
                .forEach(webhook -> out.append(out.isEmpty() ? "" : ",")
                        .append('"')
                        .append(webhook.id)
                        .append("\":")
                        .append(webhook.json(String.valueOf(webhook.id))));
        return Answer.json(200, "{\"total\":" + byId.size() + ",\"hooks\":{" + out + "}}");
    }
}
