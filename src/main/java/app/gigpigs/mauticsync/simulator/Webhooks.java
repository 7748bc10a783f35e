package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.WebhookPost.Outcome;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Sends what happened to the hooks, at once or from a queue, and loses what Mautic 5.1 loses: whatever is answered with
 * anything but 2xx, and at once also what meets a broken connection. Thread-safe.
 */
public final class Webhooks {
    private static final int LOGS_KEPT = 1_000;
    private static final int SICK = 100;
    private static final Duration SPARED = Duration.ofDays(2);

    private final WebhookStore webhooks;
    private final Time time;
    private final WebhookPost post;
    private final Table<StatsTables.Logged> logs;
    private final Object oneCommand = new Object();
    private final List<Delivery> heldBack = new ArrayList<>();
    private volatile Mode mode = Mode.IMMEDIATE;
    private volatile int limit = 10;
    private Mishaps mishaps = Mishaps.NONE;
    private Random random = new Random(0);

    Webhooks(WebhookStore webhooks, Time time, WebhookPost post, Table<StatsTables.Logged> logs) {
        this.webhooks = webhooks;
        this.time = time;
        this.post = post;
        this.logs = logs;
    }

    /** Mautic's setting queue_mode. */
    public enum Mode {
        /** Inside of the request that makes it happen, one event a POST; a slow receiver holds that request up. */
        IMMEDIATE,
        /** Kept until the queue is processed. */
        QUEUE
    }

    private record Delivery(StoredWebhook webhook, String body) {}

    /** Changes the mode; what is queued stays queued. */
    public void mode(Mode other) {
        mode = other;
    }

    /** The most events of one POST from the queue; Mautic's webhook_limit, 10 to begin with. */
    public void limit(int events) {
        limit = events;
    }

    /** Sets a hook up, as a Mautic user would; returns its id. */
    public long addHook(URI url, String secret, List<String> triggers) {
        return webhooks.add(url.toString(), secret, triggers);
    }

    StoredWebhook webhook(long webhookId) {
        return webhooks.present(webhookId);
    }

    /** Whether a hook is switched on. */
    public boolean published(long webhookId) {
        return webhooks.present(webhookId).published();
    }

    /** How many events of a hook wait in its queue. */
    public int queued(long webhookId) {
        return webhooks.present(webhookId).queue.size();
    }

    /** From now on this befalls deliveries, the same for the same seed and order of deliveries. */
    public synchronized void mishaps(long seed, Mishaps shares) {
        random = new Random(seed);
        mishaps = shares;
    }

    /** Sends what was delayed, in any order. Returns how many deliveries that were. */
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

    /** The payload is only made when somebody wants it. */
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
                return removed; // all stay, and go out in other chunks with what comes meanwhile
            }
            webhook.queue.remove(chunk, order); // before anybody looks at the status
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
        Outcome outcome = onItsWay(new Delivery(webhook, "{" + String.join(",", groups) + "}"));
        note(webhook, outcome);
        return outcome;
    }

    private Outcome onItsWay(Delivery delivery) {
        int times;
        synchronized (this) {
            double fate = mishaps.equals(Mishaps.NONE) ? 1 : random.nextDouble();
            double twice = mishaps.lost() + mishaps.duplicated();
            times = fate < mishaps.lost() ? 0 : fate < twice ? 2 : 1;
            if (fate >= twice && fate < twice + mishaps.delayed()) {
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

    private void note(StoredWebhook webhook, Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            log(webhook, String.valueOf(answered.status()), "");
            if (answered.good()) {
                webhook.worked();
                return;
            }
            if (answered.status() == 410) {
                webhook.unpublish();
            }
            log(webhook, "N/A", webhook.address().url() + " returned " + answered.status());
        } else if (outcome instanceof Outcome.Broken broken) {
            log(webhook, "N/A", broken.reason());
        }
        boolean old = webhook.lastChange().plus(SPARED).isBefore(time.now());
        if (webhook.failed() >= SICK && old) {
            webhook.unpublish();
        }
    }

    private void log(StoredWebhook webhook, String status, String message) {
        long id = logs.nextId();
        logs.add(new StatsTables.Logged(id, webhook.id, status, time.now(), message));
        if (id % LOGS_KEPT == 0) {
            logs.removeIf(row -> row.id() <= id - LOGS_KEPT);
        }
    }
}
