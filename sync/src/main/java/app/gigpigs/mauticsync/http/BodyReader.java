package app.gigpigs.mauticsync.http;

import java.util.Arrays;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Reads one body as it arrives, without a thread that waits for it. Memory is taken as the bytes come: a length that
 * is only announced costs nothing.
 */
final class BodyReader implements Runnable {
    private static final int FIRST = 8192;

    private final Request request;
    private final Visits visits;
    private final Visit visit;
    private final int most;
    private final Consumer<Body> done;
    private byte[] buffer = new byte[0];
    private int size;

    /** A body that is whole, or why not. */
    sealed interface Body {
        record Whole(byte[] bytes) implements Body {}

        /** Longer than the route accepts. */
        record TooLong() implements Body {}

        /** The client was too slow or went away, or there was no room. */
        record Broken() implements Body {}
    }

    /**
     * Reads when it is run.
     *
     * @param done called once
     */
    BodyReader(Request request, Visits visits, Visit visit, int most, Consumer<Body> done) {
        this.request = request;
        this.visits = visits;
        this.visit = visit;
        this.most = most;
        this.done = done;
    }

    @Override
    public void run() {
        if (request.getLength() > most) {
            done.accept(new Body.TooLong());
            return;
        }
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                done.accept(new Body.Broken());
                return;
            }
            boolean last = chunk.isLast();
            try {
                if (size + chunk.remaining() > most) {
                    done.accept(new Body.TooLong());
                    return;
                }
                if (!add(chunk)) {
                    done.accept(new Body.Broken());
                    return;
                }
            } finally {
                chunk.release();
            }
            if (last) {
                done.accept(new Body.Whole(size == buffer.length ? buffer : Arrays.copyOf(buffer, size)));
                return;
            }
        }
    }

    private boolean add(Content.Chunk chunk) {
        int length = chunk.remaining();
        if (size + length > buffer.length) {
            int wanted = Math.min(most, Math.max(Math.max(FIRST, size + length), 2 * buffer.length));
            int enough = request.getLength() < 0 ? wanted : (int) Math.min(wanted, request.getLength());
            if (!visits.take(visit, enough - buffer.length)) {
                return false;
            }
            buffer = Arrays.copyOf(buffer, enough);
        }
        visit.progressed();
        chunk.getByteBuffer().get(buffer, size, length);
        size += length;
        return true;
    }
}
