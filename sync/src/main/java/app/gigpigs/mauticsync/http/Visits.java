package app.gigpigs.mauticsync.http;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/**
 * The open connections. A client that stalls, or sends a byte now and then, never meets an idle time-out that suits
 * the others; so each connection has a time in which its request must be whole, and when there are too many, the oldest
 * that is not whole is closed. Thread-safe.
 */
final class Visits implements Connection.Listener {
    private static final long STALLED = TimeUnit.SECONDS.toNanos(1);

    private final Limits limits;
    private final Room room;
    private final Map<EndPoint, Visit> open = new ConcurrentHashMap<>();

    Visits(Limits limits) {
        this.limits = limits;
        this.room = new Room(limits.bytes());
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint end = connection.getEndPoint();
        open.put(end, new Visit(end, room));
        if (open.size() > limits.connections()) {
            long now = System.nanoTime();
            unfinished()
                    .max(Comparator.comparingLong(visit -> visit.nanosOpen(now)))
                    .ifPresent(Visit::close);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        Visit visit = open.remove(connection.getEndPoint());
        // A whole body is still being worked on.
        if (visit != null && !visit.isWhole()) {
            visit.release();
        }
    }

    /** The visit by a connection; one that is closed by now does not count as open again. */
    Visit of(EndPoint connection) {
        Visit visit = open.get(connection);
        return visit == null ? new Visit(connection, room) : visit;
    }

    /** Closes the connections whose time is over. */
    void closeLate() {
        long now = System.nanoTime();
        unfinished()
                .filter(visit -> visit.nanosOpen(now) > limits.time().toNanos())
                .forEach(Visit::close);
    }

    /** Takes memory for a body, if necessary that of a body whose client has stalled. */
    boolean take(Visit visit, long bytes) {
        while (!visit.take(bytes)) {
            long now = System.nanoTime();
            Optional<Visit> stalled = unfinished()
                    .filter(other -> other.held() > 0 && other.nanosSilent(now) > STALLED)
                    .max(Comparator.comparingLong(other -> other.nanosSilent(now)));
            if (stalled.isEmpty()) {
                return false;
            }
            stalled.get().close();
            stalled.get().release();
        }
        return true;
    }

    private Stream<Visit> unfinished() {
        return open.values().stream().filter(visit -> !visit.isWhole());
    }
}
