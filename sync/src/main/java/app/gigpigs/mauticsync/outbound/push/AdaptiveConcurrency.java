package app.gigpigs.mauticsync.outbound.push;

import java.time.Duration;

/**
 * How many batches are sent at a time: fixed, or found by measuring. Mautic's work is bound by its processors, so
 * throughput rises with the concurrency up to a point and falls beyond it (measured on a server of two cores: one batch
 * at a time 50 contacts a second, two 100, four 61, six 48).
 *
 * <p>Climbs: one batch more as long as that brings more, back when it does not, and one fewer when that costs nothing.
 * The number chosen is tried anew from time to time, and lowered at once when the server becomes much slower. Pure: times
 * come in. Not thread-safe.
 */
public final class AdaptiveConcurrency {
    /** A single batch with at least this many contacts says something about the server. */
    private static final int SIGNIFICANT = 100;

    private static final int FIRST = 2;
    private static final int MOST = 8;
    /** More by this factor counts as more; a mistake in it costs as little. */
    private static final double BETTER = 1.02;

    private static final double AS_GOOD = 0.99;
    /** Not worth measuring any longer. */
    private static final double CLEARLY_WORSE = 0.92;

    private static final double STEADY = 0.9;
    private static final double MUCH_WORSE = 0.7;
    /** Measurements at the chosen number before others are tried again: more each time that changes nothing. */
    private static final int FIRST_STAY = 24;

    private static final int LONGEST_STAY = 96;
    private static final int FAILURES = 2;

    private final PushSettings settings;
    private final BatchSize batchSize;
    private final Throughput throughput = new Throughput();
    private int concurrency;

    private Phase phase = Phase.FIRST;
    private int base;
    private double baseRate;
    private int stayed;
    private int stay = FIRST_STAY;
    private int lastChosen;
    private double chosenRate;
    private boolean tryFewer = true;
    private boolean alone;
    /** The rate with one batch at a time, where that was seen; zero where it was not. */
    private double soloRate;

    private int failures;

    /** Where the climb is. */
    private enum Phase {
        FIRST,
        UP,
        DOWN,
        STAYING
    }

    public AdaptiveConcurrency(PushSettings settings) {
        this.settings = settings;
        this.concurrency = settings.concurrency().orElse(FIRST);
        this.batchSize = new BatchSize(settings.batchSize());
        this.base = concurrency;
    }

    int concurrency() {
        return concurrency;
    }

    int batchSize() {
        return batchSize.contacts();
    }

    /**
     * Another list of pushes begins: what was measured across the gap means nothing.
     *
     * @param batches how many there will be; a single one shows the rate without concurrency
     */
    void begin(int batches) {
        alone = batches == 1;
        throughput.restart();
    }

    /**
     * A batch is done.
     *
     * @param contacts how many it had
     * @param finishedNanos when, by a clock that only counts on
     */
    void saw(int contacts, Duration took, long finishedNanos) {
        batchSize.saw(contacts, took);
        if (settings.concurrency().isPresent()) {
            return;
        }
        if (alone && contacts >= SIGNIFICANT) {
            soloRate = contacts * 1e9 / Math.max(1, took.toNanos());
        }
        double clearlyBelow = phase == Phase.STAYING ? 0 : baseRate * CLEARLY_WORSE;
        throughput.saw(contacts, finishedNanos, concurrency, clearlyBelow).ifPresent(rate -> {
            decide(rate);
            throughput.next(finishedNanos);
        });
    }

    /** A call failed or had no answer: a server in trouble is not helped by more calls at a time. */
    public void trouble() {
        if (settings.concurrency().isEmpty() && concurrency > 1 && ++failures >= FAILURES) {
            failures = 0;
            choose(concurrency - 1, 0);
        }
    }

    private void decide(double rate) {
        switch (phase) {
            case FIRST -> climb(rate);
            case UP -> {
                boolean soloSlower = soloRate > 0 && soloRate < baseRate * STEADY;
                if (rate > baseRate * BETTER) {
                    climb(rate);
                } else if (base > 1 && tryFewer && !soloSlower) {
                    phase = Phase.DOWN;
                    change(base - 1);
                } else {
                    choose(base, baseRate);
                }
            }
            case DOWN -> {
                if (rate > baseRate * AS_GOOD && concurrency > 1) {
                    base = concurrency;
                    baseRate = Math.max(rate, baseRate);
                    change(concurrency - 1);
                } else {
                    choose(rate > baseRate * AS_GOOD ? concurrency : base, baseRate);
                }
            }
            case STAYING -> stay(rate);
        }
    }

    private void climb(double rate) {
        base = concurrency;
        baseRate = rate;
        if (concurrency < MOST) {
            phase = Phase.UP;
            change(concurrency + 1);
        } else {
            choose(concurrency, rate);
        }
    }

    private void stay(double rate) {
        stayed++;
        if (baseRate > 0 && rate < baseRate * MUCH_WORSE && concurrency > 1) {
            phase = Phase.FIRST;
            tryFewer = true;
            change(concurrency - 1);
            return;
        }
        baseRate = baseRate == 0 ? rate : baseRate * 0.8 + rate * 0.2;
        if (stayed >= stay) {
            // A lower concurrency is worth a try only where the server takes less than it did.
            tryFewer = baseRate < chosenRate * STEADY;
            climb(baseRate);
        }
    }

    private void choose(int chosen, double rate) {
        phase = Phase.STAYING;
        stay = chosen == lastChosen ? Math.min(LONGEST_STAY, stay * 2) : FIRST_STAY;
        lastChosen = chosen;
        base = chosen;
        baseRate = rate;
        chosenRate = rate;
        stayed = 0;
        change(chosen);
    }

    private void change(int chosen) {
        throughput.ignoring(concurrency);
        concurrency = chosen;
    }
}
