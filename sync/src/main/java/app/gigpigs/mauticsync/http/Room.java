package app.gigpigs.mauticsync.http;

import java.util.concurrent.atomic.AtomicLong;

/** The memory for bodies, shared by all requests. Thread-safe. */
final class Room {
    private final long bytes;
    private final AtomicLong taken = new AtomicLong();

    Room(long bytes) {
        this.bytes = bytes;
    }

    /** Takes some more, if there is as much. */
    boolean take(long more) {
        long before = taken.getAndUpdate(all -> all + more > bytes ? all : all + more);
        return before + more <= bytes;
    }

    void give(long back) {
        taken.addAndGet(-back);
    }
}
