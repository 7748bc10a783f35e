package app.gigpigs.mauticsync.outbound.push;

import java.util.OptionalDouble;

/** Measures contacts a second over several batches. Pure: times come in. */
final class Throughput {
    /** Rounds of all concurrent batches that make one measurement. */
    private static final int ROUNDS = 2;

    private static final long NOT_STARTED = -1;

    private long startedNanos = NOT_STARTED;
    private int calls;
    private int contacts;
    private int toIgnore;

    /** Begins anew; what was measured before means nothing any more. */
    void restart() {
        ignoring(0);
    }

    /** Begins anew after this many batches, which were started before the number of concurrent batches changed. */
    void ignoring(int batches) {
        toIgnore = batches;
        startedNanos = NOT_STARTED;
        calls = 0;
        contacts = 0;
    }

    /**
     * A batch is done.
     *
     * @param clearlyBelow a rate below this needs no second round to count
     * @return contacts a second, when a measurement is complete
     */
    OptionalDouble saw(int batch, long finishedNanos, int concurrency, double clearlyBelow) {
        if (toIgnore > 0) {
            toIgnore--;
            startedNanos = finishedNanos;
            return OptionalDouble.empty();
        }
        if (startedNanos < 0) {
            startedNanos = finishedNanos;
            return OptionalDouble.empty();
        }
        calls++;
        contacts += batch;
        if (calls < concurrency || finishedNanos <= startedNanos) {
            return OptionalDouble.empty();
        }
        double rate = contacts * 1e9 / (finishedNanos - startedNanos);
        return calls < ROUNDS * concurrency && rate >= clearlyBelow ? OptionalDouble.empty() : OptionalDouble.of(rate);
    }

    /** A measurement was used; the next one begins now. */
    void next(long finishedNanos) {
        startedNanos = finishedNanos;
        calls = 0;
        contacts = 0;
    }
}
