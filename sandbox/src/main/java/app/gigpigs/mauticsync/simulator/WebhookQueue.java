package app.gigpigs.mauticsync.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The events of a webhook that wait to be sent, oldest first. An event has 10 kB, nearly the same each time, so it is
 * stored as its difference from the first one: the events of a campaign fit into memory. Thread-safe.
 */
final class WebhookQueue {
    private final Deque<Row> rows = new ArrayDeque<>();
    private byte @Nullable [] pattern;

    /** A webhook's setting eventsOrderbyDir. */
    enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }

    /** An event in Mautic's JSON. */
    record Event(String trigger, String json) {}

    /** A row of the queue. */
    record Row(String trigger, byte[] bytes, int length, Retry retry) {}

    /** How often it was answered with an error, and when it is sent again. */
    record Retry(int count, Instant due) {}

    synchronized void add(Event event) {
        byte[] bytes = event.json().getBytes(StandardCharsets.US_ASCII);
        if (pattern == null) {
            pattern = bytes;
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setDictionary(pattern);
            ByteArrayOutputStream out = new ByteArrayOutputStream(512);
            try (DeflaterOutputStream packing = new DeflaterOutputStream(out, deflater)) {
                packing.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException("memory is full", e);
            }
            rows.add(new Row(event.trigger(), out.toByteArray(), bytes.length, new Retry(0, Instant.MIN)));
        } finally {
            deflater.end();
        }
    }

    synchronized int size() {
        return rows.size();
    }

    /** The first rows in sending order, which stay in the queue; those that failed come last, when they are due. */
    synchronized List<Row> first(int most, Order order, Instant now) {
        List<Row> chunk = new ArrayList<>();
        List<Row> again = new ArrayList<>();
        Iterator<Row> next = order == Order.NEWEST_FIRST ? rows.descendingIterator() : rows.iterator();
        while (next.hasNext() && chunk.size() < most) {
            Row row = next.next();
            if (row.retry().count() == 0) {
                chunk.add(row);
            } else if (!row.retry().due().isAfter(now)) {
                again.add(row);
            }
        }
        again.stream().limit(most - chunk.size()).forEach(chunk::add);
        return chunk;
    }

    synchronized void retry(List<Row> sent, Instant due) {
        rows.removeAll(sent);
        sent.forEach(row -> rows.add(new Row(
                row.trigger(), row.bytes(), row.length(), new Retry(row.retry().count() + 1, due))));
    }

    synchronized void remove(List<Row> sent, Order order) {
        for (Row row : sent) {
            if (order == Order.NEWEST_FIRST) {
                rows.removeLastOccurrence(row);
            } else {
                rows.removeFirstOccurrence(row);
            }
        }
    }

    synchronized Event event(Row row) {
        return new Event(row.trigger(), unpack(row));
    }

    private String unpack(Row row) {
        Inflater inflater = new Inflater();
        try {
            byte[] bytes = new byte[row.length()];
            inflater.setInput(row.bytes());
            int done = inflater.inflate(bytes);
            if (done == 0 && inflater.needsDictionary() && pattern != null) {
                inflater.setDictionary(pattern);
                inflater.inflate(bytes);
            }
            return new String(bytes, StandardCharsets.US_ASCII);
        } catch (DataFormatException e) {
            throw new IllegalStateException("a packed event is broken", e);
        } finally {
            inflater.end();
        }
    }
}
