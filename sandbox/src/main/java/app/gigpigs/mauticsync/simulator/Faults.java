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
import java.util.concurrent.atomic.AtomicInteger;

/** The failures to inject, in order, and switches that stay on. Thread-safe. */
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
    private volatile int callsPerHour;
    private final AtomicInteger callsLeft = new AtomicInteger();
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

    /** None of the failures that were to come happens. */
    public void clear() {
        scripted.clear();
    }

    /** Whether the API is switched off in Mautic's settings. */
    public void apiDisabled(boolean disabled) {
        apiDisabled = disabled;
    }

    /** Mautic's setting api_rate_limiter_limit; 0 for none. Mautic 7 has none. */
    public void callsPerHour(int calls) {
        callsPerHour = calls;
        callsLeft.set(calls);
    }

    int callsPerHour() {
        return callsPerHour;
    }

    /** Counts a call; a negative number when there were too many. */
    int countCall() {
        return callsLeft.decrementAndGet();
    }

    /** The maximum number of items of a batch call. */
    public void batchLimit(int limit) {
        batchLimit = limit;
    }

    /**
     * A firewall in front of Mautic answers 403 with its own page to every call that contains this text.
     *
     * @param text an empty text blocks nothing
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
     * From now on requests fail at random: the same ones for the same seed and order of requests.
     *
     * @param share the share of requests that fail, from 0 to 1
     */
    public synchronized void atRandom(long seed, double share) {
        random = new Random(seed);
        randomShare = share;
    }

    private Optional<Fault> due(String method, String path) {
        Deque<Fault> queue = scripted.get(method + " " + path);
        Fault fault = queue == null ? null : queue.poll();
        return fault == null ? random() : Optional.of(fault);
    }

    private synchronized Optional<Fault> random() {
        if (randomShare == 0 || random.nextDouble() >= randomShare) {
            return Optional.empty();
        }
        return Optional.of(KINDS.get(random.nextInt(KINDS.size())));
    }
}
