package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Mautic's webhooks. */
public final class WebhookApi {
    private final ApiCalls calls;

    WebhookApi(ApiCalls calls) {
        this.calls = calls;
    }

    /**
     * The events that this Mautic sends. A webhook with any other is accepted and never sends it (seen on 5.1.0), so
     * check names against these.
     */
    public Set<String> triggers() {
        Set<String> names = new TreeSet<>();
        calls.json("GET", "/api/hooks/triggers", null)
                .path("triggers")
                .fieldNames()
                .forEachRemaining(names::add);
        return names;
    }

    /** All webhooks. */
    public List<Webhook> all() {
        List<Webhook> webhooks = new ArrayList<>();
        calls.pages("/api/hooks", "hooks", webhook -> webhooks.add(read(webhook)));
        return webhooks;
    }

    /**
     * Creates a webhook that sends the oldest event first, and then publishes it: at the first failure Mautic switches
     * off a webhook that was never changed, but not one that was changed within the last two days.
     */
    public void create(String name, String url, String secret, Collection<String> triggers) {
        Map<String, Object> body = Map.of(
                "name",
                name,
                "webhookUrl",
                url,
                "secret",
                secret,
                "isPublished",
                false,
                "eventsOrderbyDir",
                "ASC",
                "triggers",
                List.copyOf(triggers));
        long id = calls.creating("/api/hooks/new", Json.write(body))
                .path("hook")
                .path("id")
                .asLong();
        if (id <= 0) {
            throw new MauticRejected(ErrorCode.MAUTIC_CALL, "Mautic created no webhook");
        }
        publish(id);
    }

    /** Switches a webhook on. */
    public void publish(long id) {
        change(id, Map.of("isPublished", true));
    }

    /** Adds events to those that a webhook sends; a PATCH never removes any (seen on 5.1.0). */
    public void addTriggers(long id, Collection<String> triggers) {
        change(id, Map.of("triggers", List.copyOf(triggers)));
    }

    /** Gives a webhook another secret. */
    public void changeSecret(long id, String secret) {
        change(id, Map.of("secret", secret));
    }

    /** Makes a webhook send the oldest event first. */
    public void oldestFirst(long id) {
        change(id, Map.of("eventsOrderbyDir", "ASC"));
    }

    private void change(long id, Map<String, Object> changes) {
        calls.json("PATCH", "/api/hooks/" + id + "/edit", Json.write(changes));
    }

    private static Webhook read(JsonNode webhook) {
        Set<String> triggers = new TreeSet<>();
        webhook.path("triggers").forEach(trigger -> triggers.add(trigger.asText()));
        return new Webhook(
                webhook.path("id").asLong(),
                new Target(
                        webhook.path("webhookUrl").asText(),
                        webhook.path("secret").asText("")),
                new Events(triggers, webhook.path("eventsOrderbyDir").asText("").equalsIgnoreCase("DESC")),
                webhook.path("isPublished").asBoolean(),
                time(webhook.path("dateAdded").asText("")));
    }

    private static @Nullable Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /**
     * A webhook.
     *
     * @param added when it was created, or null when Mautic does not say
     */
    public record Webhook(
            long id,
            Target target,
            Events events,
            boolean published,
            @Nullable Instant added) {}

    /**
     * Which events it sends.
     *
     * @param newestFirst whether it sends the events of its queue in reverse
     */
    public record Events(Set<String> triggers, boolean newestFirst) {
        public Events {
            triggers = Set.copyOf(triggers);
        }
    }

    /** Where it sends to, and its signing secret, which is never shown although Mautic's API returns it. */
    public record Target(String url, String secret) {
        @Override
        public String toString() {
            return "Target[url=" + url + "]";
        }
    }
}
