package app.gigpigs.mauticsync.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The failures that are due, in the order they were ordered, and switches that stay on. Thread-safe. */
public final class Faults {
    private static final List<Fault> KINDS = List.of(
            new Fault.Status(
                    500,
                    "{\"errors\":[{\"code\":500,\"message\":\"Looks like I encountered an error (error #500).\"}]}"),
            new Fault.HtmlPage(502),
            new Fault.HtmlPage(503),
            new Fault.HtmlPage(504),
            new Fault.CutAnswer(),
            new Fault.CloseBefore(),
            new Fault.CloseAfter(),
            new Fault.Slow(Duration.ofMillis(50)),
            new Fault.TokenRevoked(),
            new Fault.RateLimited(Duration.ofSeconds(1)));

    private final Map<String, Deque<Fault>> scripted = new ConcurrentHashMap<>();
    private volatile boolean apiDisabled;
    private volatile int batchLimit = 200;
    private volatile String forbidden = "";
    private Random random = new Random(0);
    private double randomShare;

    Faults() {}

    /** The next request of this method and path fails like this. */
    public Faults next(String method, String path, Fault fault) {
        scripted.computeIfAbsent(method + " " + path, first -> new ConcurrentLinkedDeque<>())
                .add(fault);
        return this;
    }

    /** Whether the API is switched on in Mautic's settings. */
    public void apiDisabled(boolean disabled) {
        apiDisabled = disabled;
    }

    /** The most items of a batch call. */
    public void batchLimit(int limit) {
        batchLimit = limit;
    }

    /**
     * A firewall in front of Mautic answers 403 with a page of its own to every call that carries this text.
     *
     * @param text nothing is stopped when it is empty
     */
    public void firewall(String text) {
        forbidden = text;
    }

    Optional<Fault> due(Request request) {
        return !forbidden.isEmpty() && new String(request.body(), StandardCharsets.UTF_8).contains(forbidden)
                ? Optional.of(new Fault.HtmlPage(403))
                : due(request.method(), request.path());
    }

    boolean apiDisabled() {
        return apiDisabled;
    }

    int batchLimit() {
        return batchLimit;
    }

    /**
     * From now on requests fail at random, the same ones for the same seed and order of requests.
     *
     * @param share of the requests, from 0 (none any more) to 1
     */
    public synchronized void atRandom(long seed, double share) {
        random = new Random(seed);
        randomShare = share;
    }

    private Optional<Fault> due(String method, String path) {
        Deque<Fault> queue = scripted.get(method + " " + path);
        Fault fault = queue == null ? null : queue.poll();
        return fault == null ? byChance() : Optional.of(fault);
    }

    private synchronized Optional<Fault> byChance() {
        if (randomShare == 0 || random.nextDouble() >= randomShare) {
            return Optional.empty();
        }
        return Optional.of(KINDS.get(random.nextInt(KINDS.size())));
    }
}
