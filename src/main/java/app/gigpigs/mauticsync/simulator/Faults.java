package app.gigpigs.mauticsync.simulator;

import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The failures that are due, in the order they were ordered, and switches that stay on. Thread-safe. */
public final class Faults {
    private final Map<String, Deque<Fault>> scripted = new ConcurrentHashMap<>();
    private volatile boolean apiDisabled;
    private volatile int batchLimit = 200;

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

    boolean apiDisabled() {
        return apiDisabled;
    }

    int batchLimit() {
        return batchLimit;
    }

    Optional<Fault> due(String method, String path) {
        Deque<Fault> queue = scripted.get(method + " " + path);
        return queue == null ? Optional.empty() : Optional.ofNullable(queue.poll());
    }
}
