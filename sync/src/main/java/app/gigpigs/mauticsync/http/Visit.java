package app.gigpigs.mauticsync.http;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.EndPoint;

/** One connection, which carries one request. Thread-safe. */
final class Visit {
    private final EndPoint connection;
    private final Room room;
    private final long opened = System.nanoTime();
    private final AtomicLong held = new AtomicLong();
    private volatile long lastByte = opened;
    private volatile boolean whole;

    Visit(EndPoint connection, Room room) {
        this.connection = connection;
        this.room = room;
    }

    /** Takes memory for its body. */
    boolean take(long bytes) {
        lastByte = System.nanoTime();
        boolean taken = room.take(bytes);
        if (taken) {
            held.addAndGet(bytes);
        }
        return taken;
    }

    void progressed() {
        lastByte = System.nanoTime();
    }

    /** Its body is needed no more. */
    void release() {
        room.give(held.getAndSet(0));
    }

    long held() {
        return held.get();
    }

    /** The request has come to its end. From here on it is ours to answer, and is not closed for its age. */
    void received() {
        whole = true;
    }

    boolean isWhole() {
        return whole;
    }

    long nanosOpen(long now) {
        return now - opened;
    }

    long nanosSilent(long now) {
        return now - lastByte;
    }

    void close() {
        connection.close();
    }
}
