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

    private final WebhookStore hooks;
    private final Time time;
    private final WebhookPost post;
    private final Table<StatsTables.Logged> logs;
    private final Object oneCommand = new Object();
    private final List<Delivery> heldBack = new ArrayList<>();
    private volatile Mode mode = Mode.IMMEDIATE;
    private volatile int limit = 10;
    private Mishaps mishaps = Mishaps.NONE;
    private Random random = new Random(0);

    Webhooks(WebhookStore hooks, Time time, WebhookPost post, Table<StatsTables.Logged> logs) {
        this.hooks = hooks;
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

    private record Delivery(StoredWebhook hook, String body) {}

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
        return hooks.add(url.toString(), secret, triggers);
    }

    StoredWebhook hook(long hookId) {
        return hooks.present(hookId);
    }

    /** Whether a hook is switched on. */
    public boolean published(long hookId) {
        return hooks.present(hookId).published();
    }

    /** How many events of a hook wait in its queue. */
    public int queued(long hookId) {
        return hooks.present(hookId).queue.size();
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
        late.forEach(delivery -> post.send(delivery.hook().address(), delivery.body()));
        return late.size();
    }

    /** The payload is only made when somebody wants it. */
    void publish(String trigger, Supplier<String> payload) {
        List<StoredWebhook> listening = hooks.listening(trigger);
        if (listening.isEmpty()) {
            return;
        }
        String json = payload.get();
        String dated = json.substring(0, json.length() - 1) + ",\"timestamp\":\"" + Time.json(time.now()) + "\"}";
        WebhookQueue.Event event = new WebhookQueue.Event(trigger, Php.json(dated));
        for (StoredWebhook hook : listening) {
            if (mode == Mode.QUEUE) {
                hook.queue.add(event);
            } else {
                deliver(hook, List.of(event));
            }
        }
    }

    /** Mautic's command mautic:webhooks:process. Returns how many events left the queues. */
    int process() {
        synchronized (oneCommand) {
            return hooks.published().stream().mapToInt(this::process).sum();
        }
    }

    private int process(StoredWebhook hook) {
        int gone = 0;
        WebhookQueue.Order order = hook.order();
        List<WebhookQueue.Row> chunk = hook.queue.first(limit, order);
        while (!chunk.isEmpty()) {
            Outcome outcome =
                    deliver(hook, chunk.stream().map(hook.queue::event).toList());
            if (outcome instanceof Outcome.Broken) {
                return gone; // all stay, and go out in other chunks with what comes meanwhile
            }
            hook.queue.remove(chunk, order); // before anybody looks at the status
            gone += chunk.size();
            if (outcome instanceof Outcome.Answered answered && !answered.good()) {
                return gone;
            }
            chunk = hook.queue.first(limit, order);
        }
        return gone;
    }

    private Outcome deliver(StoredWebhook hook, List<WebhookQueue.Event> events) {
        Map<String, List<String>> byTrigger = new LinkedHashMap<>();
        events.forEach(event -> byTrigger
                .computeIfAbsent(event.trigger(), first -> new ArrayList<>())
                .add(event.json()));
        List<String> groups = new ArrayList<>();
        byTrigger.forEach((trigger, json) -> groups.add("\"" + trigger + "\":[" + String.join(",", json) + "]"));
        Outcome outcome = onItsWay(new Delivery(hook, "{" + String.join(",", groups) + "}"));
        note(hook, outcome);
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
            outcome = post.send(delivery.hook().address(), delivery.body());
        }
        return outcome;
    }

    private void note(StoredWebhook hook, Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            log(hook, String.valueOf(answered.status()), "");
            if (answered.good()) {
                hook.worked();
                return;
            }
            if (answered.status() == 410) {
                hook.unpublish();
            }
            log(hook, "N/A", hook.address().url() + " returned " + answered.status());
        } else if (outcome instanceof Outcome.Broken broken) {
            log(hook, "N/A", broken.reason());
        }
        boolean old = hook.lastChange().plus(SPARED).isBefore(time.now());
        if (hook.failed() >= SICK && old) {
            hook.unpublish();
        }
    }

    private void log(StoredWebhook hook, String status, String words) {
        long id = logs.nextId();
        logs.add(new StatsTables.Logged(id, hook.id, status, time.now(), words));
        if (id % LOGS_KEPT == 0) {
            logs.removeIf(row -> row.id() <= id - LOGS_KEPT);
        }
    }
}
