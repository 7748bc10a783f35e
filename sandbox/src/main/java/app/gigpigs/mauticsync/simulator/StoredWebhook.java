package app.gigpigs.mauticsync.simulator;

import static app.gigpigs.mauticsync.simulator.ContactJson.date;
import static app.gigpigs.mauticsync.simulator.ContactJson.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A webhook with its queue. Guarded by its own monitor. */
final class StoredWebhook {
    private static final int ROWS_CONSIDERED = 100;

    final long id;
    final WebhookQueue queue = new WebhookQueue();
    private final Instant added;
    private @Nullable Instant modified;
    private String name = "";
    private @Nullable String description;
    private String url = "";
    private String secret = "";
    private @Nullable String order;
    private boolean published = true;
    private final Set<String> triggers = new LinkedHashSet<>();
    private final Deque<Boolean> results = new ArrayDeque<>();
    private @Nullable Instant protectedFrom;
    private @Nullable Instant unhealthy;

    StoredWebhook(long id, Instant added) {
        this.id = id;
        this.added = added;
    }

    /** Where to send, and the signing secret. */
    record Address(String url, String secret) {}

    /** Changes the values that are sent; triggers are only added. */
    synchronized void change(JsonNode body) {
        name = body.path("name").asText(name);
        url = body.path("webhookUrl").asText(url);
        secret = body.path("secret").asText(secret);
        published = body.path("isPublished").asBoolean(published);
        if (body.has("description")) {
            description = body.get("description").asText(null);
        }
        if (body.has("eventsOrderbyDir")) {
            order = body.get("eventsOrderbyDir").asText(null);
        }
        body.path("triggers").forEach(trigger -> triggers.add(trigger.asText()));
    }

    /** Replaces all values by those that are sent. */
    synchronized void replace(JsonNode body) {
        triggers.clear();
        description = null;
        order = null;
        published = false;
        change(body);
    }

    synchronized void modified(Instant at) {
        modified = at;
        protectedFrom = at;
    }

    /** As after a change, without its traces. */
    synchronized void protect(Instant from) {
        protectedFrom = from;
    }

    /** Always true. */
    synchronized boolean unpublish() {
        published = false;
        return true;
    }

    synchronized boolean published() {
        return published;
    }

    synchronized boolean listensTo(String trigger) {
        return published && triggers.contains(trigger);
    }

    synchronized List<String> triggers() {
        return List.copyOf(triggers);
    }

    synchronized WebhookQueue.Order order() {
        return "DESC".equalsIgnoreCase(order) ? WebhookQueue.Order.NEWEST_FIRST : WebhookQueue.Order.OLDEST_FIRST;
    }

    synchronized Address address() {
        return new Address(url, secret);
    }

    /** A row of its log. */
    synchronized void logged(boolean success) {
        results.add(success);
        if (results.size() > ROWS_CONSIDERED) {
            results.remove();
        }
    }

    /** Whether there are rows in its log, and none of the last is a success. */
    synchronized boolean onlyFailures() {
        return !results.isEmpty() && !results.contains(true);
    }

    synchronized void healthy() {
        unhealthy = null;
    }

    synchronized void unhealthy(Instant since) {
        unhealthy = since;
    }

    synchronized Optional<Instant> unhealthySince() {
        return Optional.ofNullable(unhealthy);
    }

    /** Empty for a webhook that was only created. */
    synchronized Optional<Instant> lastChange() {
        return Optional.ofNullable(protectedFrom);
    }

    synchronized String json(String shownId) {
        StringBuilder names = new StringBuilder();
        triggers.forEach(trigger -> names.append(names.isEmpty() ? "" : ",").append(quoted(trigger)));
        return "{\"isPublished\":" + published + ",\"dateAdded\":" + date(added) + ",\"dateModified\":"
                + date(modified) + ",\"createdBy\":null,\"createdByUser\":\"" + ConsentChanges.API
                + "\",\"modifiedBy\":null,\"modifiedByUser\":"
                + (modified == null ? "null" : quoted(ConsentChanges.API))
                + ",\"id\":" + shownId + ",\"name\":" + quoted(name) + ",\"description\":" + quoted(description)
                + ",\"webhookUrl\":" + quoted(url) + ",\"secret\":" + quoted(secret) + ",\"eventsOrderbyDir\":"
                + quoted(order) + ",\"category\":null,\"triggers\":[" + names + "]}";
    }
}
