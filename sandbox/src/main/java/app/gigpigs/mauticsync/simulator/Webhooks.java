package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.WebhookPost.Outcome;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Sends events to the webhooks, at once or from a queue, and loses what Mautic 5.1 loses: every delivery that is not
 * answered with 2xx, and without a queue also those whose connection fails. Thread-safe.
 */
public final class Webhooks {
    private final WebhookStore webhooks;
    private final Time time;
    private final WebhookPost post;
    private final WebhookLog log;
    private final Object oneCommand = new Object();
    private final List<Delivery> heldBack = new ArrayList<>();
    private volatile Mode mode = Mode.IMMEDIATE;
    private volatile int limit = 10;
    private NetworkFaults networkFaults = NetworkFaults.NONE;
    private Random random = new Random(0);

    Webhooks(WebhookStore webhooks, Time time, WebhookPost post, WebhookLog log) {
        this.webhooks = webhooks;
        this.time = time;
        this.post = post;
        this.log = log;
    }

    /** Mautic's setting queue_mode. */
    public enum Mode {
        /** Within the request that causes the event, one event per POST; a slow receiver delays that request. */
        IMMEDIATE,
        /** Kept until the queue is processed. */
        QUEUE
    }

    private record Delivery(StoredWebhook webhook, String body) {}

    /** Changes the mode; queued events stay queued. */
    public void mode(Mode other) {
        mode = other;
    }

    /** The maximum number of events in one POST from the queue; Mautic's webhook_limit, initially 10. */
    public void limit(int events) {
        limit = events;
    }

    /** Adds a webhook as a Mautic user would; returns its id. */
    public long addWebhook(URI url, String secret, List<String> triggers) {
        return webhooks.add(url.toString(), secret, triggers);
    }

    StoredWebhook webhook(long webhookId) {
        return webhooks.present(webhookId);
    }

    /** Whether a webhook is published. */
    public boolean published(long webhookId) {
        return webhooks.present(webhookId).published();
    }

    /** How many events of a webhook wait in its queue. */
    public int queued(long webhookId) {
        return webhooks.present(webhookId).queue.size();
    }

    /** From now on deliveries fail like this: the same ones for the same seed and order of deliveries. */
    public synchronized void networkFaults(long seed, NetworkFaults shares) {
        random = new Random(seed);
        networkFaults = shares;
    }

    /** Sends the delayed deliveries, in any order. Returns their number. */
    public int sendHeldBack() {
        List<Delivery> late;
        synchronized (this) {
            late = new ArrayList<>(heldBack);
            heldBack.clear();
            Collections.shuffle(late, random);
        }
        late.forEach(delivery -> post.send(delivery.webhook().address(), delivery.body()));
        return late.size();
    }

    /** The payload is only built when a webhook listens for the trigger. */
    void publish(String trigger, Supplier<String> payload) {
        List<StoredWebhook> listening = webhooks.listening(trigger);
        if (listening.isEmpty()) {
            return;
        }
        String json = payload.get();
        String dated = json.substring(0, json.length() - 1) + ",\"timestamp\":\"" + Time.json(time.now()) + "\"}";
        WebhookQueue.Event event = new WebhookQueue.Event(trigger, Php.json(dated));
        for (StoredWebhook webhook : listening) {
            if (mode == Mode.QUEUE) {
                webhook.queue.add(event);
            } else {
                deliver(webhook, List.of(event));
            }
        }
    }

    /** Mautic's command mautic:webhooks:process. Returns how many events left the queues. */
    int process() {
        synchronized (oneCommand) {
            return webhooks.published().stream().mapToInt(this::process).sum();
        }
    }

    private int process(StoredWebhook webhook) {
        int removed = 0;
        WebhookQueue.Order order = webhook.order();
        List<WebhookQueue.Row> chunk = webhook.queue.first(limit, order);
        while (!chunk.isEmpty()) {
            Outcome outcome =
                    deliver(webhook, chunk.stream().map(webhook.queue::event).toList());
            if (outcome instanceof Outcome.Broken) {
                return removed; // all stay, and are sent later in other chunks, together with newer events
            }
            webhook.queue.remove(chunk, order); // before the status is checked, as in Mautic
            removed += chunk.size();
            if (outcome instanceof Outcome.Answered answered && !answered.good()) {
                return removed;
            }
            chunk = webhook.queue.first(limit, order);
        }
        return removed;
    }

    private Outcome deliver(StoredWebhook webhook, List<WebhookQueue.Event> events) {
        Map<String, List<String>> byTrigger = new LinkedHashMap<>();
        events.forEach(event -> byTrigger
                .computeIfAbsent(event.trigger(), first -> new ArrayList<>())
                .add(event.json()));
        List<String> groups = new ArrayList<>();
        byTrigger.forEach((trigger, json) -> groups.add("\"" + trigger + "\":[" + String.join(",", json) + "]"));
        Outcome outcome = send(new Delivery(webhook, "{" + String.join(",", groups) + "}"));
        log.note(webhook, outcome);
        return outcome;
    }

    private Outcome send(Delivery delivery) {
        int times;
        synchronized (this) {
            double fate = networkFaults.equals(NetworkFaults.NONE) ? 1 : random.nextDouble();
            double twice = networkFaults.lost() + networkFaults.duplicated();
            times = fate < networkFaults.lost() ? 0 : fate < twice ? 2 : 1;
            if (fate >= twice && fate < twice + networkFaults.delayed()) {
                heldBack.add(delivery);
                times = 0;
            }
        }
        Outcome outcome = new Outcome.Answered(200);
        for (int i = 0; i < times; i++) {
            outcome = post.send(delivery.webhook().address(), delivery.body());
        }
        return outcome;
    }
}
