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
 * Sends events to the webhooks, at once or from a queue, and loses what Mautic loses: before 7.0 every delivery that is
 * not answered with 2xx, and without a queue also those whose connection fails. Thread-safe.
 */
public final class Webhooks {
    /** Mautic 7's webhook_health_check_time. */
    private static final Duration HEALTH_CHECK = Duration.ofMinutes(5);

    private final WebhookStore webhooks;
    private final Time time;
    private final WebhookPost post;
    private final WebhookLog log;
    private final MauticVersion version;
    private final ThreadLocal<Boolean> broke = ThreadLocal.withInitial(() -> false);
    private final Object oneCommand = new Object();
    private final List<Delivery> heldBack = new ArrayList<>();
    private volatile Mode mode = Mode.IMMEDIATE;
    private volatile int limit = 10;
    private volatile Duration retryDelay = Duration.ofHours(1);
    private volatile boolean privateAddresses = true;
    private NetworkFaults networkFaults = NetworkFaults.NONE;
    private Random random = new Random(0);

    Webhooks(WebhookStore webhooks, Time time, WebhookPost post, WebhookLog log, MauticVersion version) {
        this.version = version;
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

    /** Mautic 7's webhook_retry_delay, initially an hour: when events that were answered with an error are sent again. */
    public void retryDelay(Duration delay) {
        retryDelay = delay;
    }

    /** Takes the receiver's address out of Mautic 7's webhook_allowed_private_addresses. */
    public void forbidPrivateAddresses() {
        privateAddresses = false;
    }

    /** Adds a webhook as a Mautic user would, and saves it again, which protects it for two days; returns its id. */
    public long addWebhook(URI url, String secret, List<String> triggers) {
        long id = createWebhook(url, secret, triggers);
        webhooks.present(id).protect(time.now());
        return id;
    }

    /** Only created: the first failure unpublishes it. */
    long createWebhook(URI url, String secret, List<String> triggers) {
        return webhooks.add(url.toString(), secret, triggers);
    }

    /** Whether a webhook broke down this thread's request since this was asked last. */
    boolean brokeDown() {
        boolean now = broke.get();
        broke.remove();
        return now;
    }

    StoredWebhook webhook(long webhookId) {
        return webhooks.present(webhookId);
    }

    /** A Mautic user presses the test button on the webhook's page. Returns whether the receiver accepted the samples. */
    public boolean sendSamples(long webhookId) {
        StoredWebhook webhook = webhooks.present(webhookId);
        Outcome outcome = post.send(webhook.address(), WebhookSamples.body(webhook.triggers(), Time.json(time.now())));
        return outcome instanceof Outcome.Answered answered && answered.good();
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

    /** Mautic's command mautic:webhooks:process. Returns how many events left the queues, delivered or not. */
    int process() {
        synchronized (oneCommand) {
            int removed = 0;
            for (StoredWebhook webhook : webhooks.published()) {
                removed += paused(webhook) ? 0 : process(webhook);
                if (brokeDown()) {
                    return removed; // the command ends with the error
                }
            }
            return removed;
        }
    }

    private boolean paused(StoredWebhook webhook) {
        return version.retriesRejected()
                && webhook.unhealthySince()
                        .filter(since -> since.plus(HEALTH_CHECK).isAfter(time.now()))
                        .isPresent();
    }

    private int process(StoredWebhook webhook) {
        int removed = 0;
        WebhookQueue.Order order = webhook.order();
        List<WebhookQueue.Row> chunk = webhook.queue.first(limit, order, time.now());
        while (!chunk.isEmpty()) {
            Outcome outcome =
                    deliver(webhook, chunk.stream().map(webhook.queue::event).toList());
            boolean rejected = outcome instanceof Outcome.Answered answered && !answered.good();
            if (outcome instanceof Outcome.Broken) {
                return removed; // all stay, and are sent later in other chunks, together with newer events
            }
            if (rejected && version.retriesRejected()) {
                webhook.queue.retry(chunk, time.now().plus(retryDelay));
                return removed;
            }
            webhook.queue.remove(chunk, order); // before the status is checked, as in Mautic
            removed += chunk.size();
            if (rejected) {
                return removed;
            }
            chunk = webhook.queue.first(limit, order, time.now());
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
        if (log.note(webhook, outcome)) {
            broke.set(true);
        }
        return outcome;
    }

    private Outcome send(Delivery delivery) {
        if (version.checksPrivateAddresses() && !privateAddresses) {
            return new Outcome.Broken("Access to private addresses is not allowed.");
        }
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
