package app.gigpigs.mauticsync.outbound.push;

import java.time.Duration;

/**
 * How many batches go at a time and how large they are: fixed, or found out by trying. Mautic's work is bound by its
 * processors, so throughput rises with the lanes up to a point and falls beyond it (measured on a server of two cores:
 * one lane 50 contacts a second, two 100, four 61, six 48).
 *
 * <p>Climbs: one lane more as long as that brings more, back when it does not, and one fewer when that costs nothing.
 * What it settled on is tried anew from time to time, and given up at once when the server becomes much slower. Pure:
 * times come in. Not thread-safe.
 */
public final class AdaptiveConcurrency {
    /** A call beyond this is in danger of a proxy's patience. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(20);

    /** Rounds of all lanes that make one measurement. */
    private static final int ROUNDS = 2;

    /** A call of so many contacts says something about the server. */
    private static final int TELLING = 100;

    private static final int FIRST_LANES = 2;
    private static final int MOST_LANES = 8;
    private static final int LEAST_BATCH = 10;
    /** More by this factor counts as more; a mistake in it costs as little. */
    private static final double BETTER = 1.02;

    private static final double AS_GOOD = 0.99;
    /** Not worth measuring any longer. */
    private static final double PLAINLY_WORSE = 0.92;

    private static final double STEADY = 0.9;
    private static final double MUCH_WORSE = 0.7;
    /** Measurements at the chosen number of lanes before others are tried again: more each time that changes nothing. */
    private static final int FIRST_HOLD = 24;

    private static final int LONGEST_HOLD = 96;

    private final PushSettings settings;
    private int concurrency;
    private int batchSize;

    private Phase phase = Phase.FIRST;
    private int base;
    private double baseRate;
    private int held;
    private int hold = FIRST_HOLD;
    private int lastChosen;
    private double chosenRate;
    private boolean lookDown = true;
    private boolean alone;
    /** What one lane does, where that was seen by the way; zero when it was not. */
    private double soloRate;

    private int failures;

    private long epochStart = -1;
    private int epochCalls;
    private int epochContacts;
    private int toIgnore;

    /** Where the climb is. */
    private enum Phase {
        FIRST,
        UP,
        DOWN,
        HOLDING
    }

    public AdaptiveConcurrency(PushSettings settings) {
        this.settings = settings;
        this.concurrency = settings.concurrency().orElse(FIRST_LANES);
        this.batchSize = settings.batchSize();
        this.base = concurrency;
    }

    int concurrency() {
        return concurrency;
    }

    int batchSize() {
        return batchSize;
    }

    /**
     * A new stretch of work begins: what was measured across the gap means nothing.
     *
     * @param batches how many it will be; one alone tells what one lane does
     */
    void begin(int batches) {
        alone = batches == 1;
        epochStart = -1;
        epochCalls = 0;
        epochContacts = 0;
        toIgnore = 0;
    }

    /**
     * A batch is done.
     *
     * @param contacts how many it had
     * @param finishedNanos when, by a clock that only counts on
     */
    void saw(int contacts, Duration took, long finishedNanos) {
        shapeBatches(contacts, took);
        if (settings.concurrency().isPresent()) {
            return;
        }
        if (alone && contacts >= TELLING) {
            soloRate = contacts * 1e9 / Math.max(1, took.toNanos());
        }
        if (toIgnore > 0) { // begun before the last change of course
            toIgnore--;
            epochStart = finishedNanos;
            return;
        }
        if (epochStart < 0) {
            epochStart = finishedNanos;
            return;
        }
        epochCalls++;
        epochContacts += contacts;
        if (epochCalls >= concurrency && finishedNanos > epochStart) {
            double rate = epochContacts * 1e9 / (finishedNanos - epochStart);
            boolean plain = phase != Phase.HOLDING && baseRate > 0 && rate < baseRate * PLAINLY_WORSE;
            if (epochCalls < ROUNDS * concurrency && !plain) {
                return;
            }
            decide(rate);
            epochStart = finishedNanos;
            epochCalls = 0;
            epochContacts = 0;
        }
    }

    /** A call failed or had no answer: a server in trouble is not helped by more lanes. */
    public void trouble() {
        if (settings.concurrency().isEmpty() && concurrency > 1 && ++failures >= 2) {
            failures = 0;
            settle(concurrency - 1, 0);
        }
    }

    private void shapeBatches(int contacts, Duration took) {
        if (took.compareTo(LONGEST_CALL) > 0 && batchSize > LEAST_BATCH) {
            double perContact = took.toMillis() / (double) Math.max(1, contacts);
            int fitting = (int) (LONGEST_CALL.toMillis() * 0.7 / perContact);
            batchSize = Math.max(LEAST_BATCH, Math.min(batchSize - 1, fitting));
        } else if (took.compareTo(LONGEST_CALL.dividedBy(3)) < 0 && contacts >= batchSize) {
            batchSize = Math.min(settings.batchSize(), batchSize + Math.max(1, batchSize / 2));
        }
    }

    private void decide(double rate) {
        switch (phase) {
            case FIRST -> climb(rate);
            case UP -> {
                if (rate > baseRate * BETTER) {
                    climb(rate);
                } else if (base > 1 && lookDown && soloRate < baseRate * STEADY && soloRate > 0) {
                    settle(base, baseRate);
                } else if (base > 1 && lookDown) {
                    phase = Phase.DOWN;
                    go(base - 1);
                } else {
                    settle(base, baseRate);
                }
            }
            case DOWN -> {
                if (rate > baseRate * AS_GOOD && concurrency > 1) {
                    base = concurrency;
                    baseRate = Math.max(rate, baseRate);
                    go(concurrency - 1);
                } else {
                    settle(rate > baseRate * AS_GOOD ? concurrency : base, baseRate);
                }
            }
            case HOLDING -> hold(rate);
        }
    }

    private void climb(double rate) {
        base = concurrency;
        baseRate = rate;
        if (concurrency < MOST_LANES) {
            phase = Phase.UP;
            go(concurrency + 1);
        } else {
            settle(concurrency, rate);
        }
    }

    private void hold(double rate) {
        held++;
        if (baseRate > 0 && rate < baseRate * MUCH_WORSE && concurrency > 1) {
            phase = Phase.FIRST;
            lookDown = true;
            go(concurrency - 1);
            return;
        }
        baseRate = baseRate == 0 ? rate : baseRate * 0.8 + rate * 0.2;
        if (held >= hold) {
            // Fewer lanes are worth a look only where the server takes less than it did.
            lookDown = baseRate < chosenRate * STEADY;
            climb(baseRate);
        }
    }

    private void settle(int chosen, double rate) {
        phase = Phase.HOLDING;
        hold = chosen == lastChosen ? Math.min(LONGEST_HOLD, hold * 2) : FIRST_HOLD;
        lastChosen = chosen;
        base = chosen;
        baseRate = rate;
        chosenRate = rate;
        held = 0;
        go(chosen);
    }

    private void go(int chosen) {
        toIgnore = concurrency;
        concurrency = chosen;
        epochStart = -1;
        epochCalls = 0;
        epochContacts = 0;
    }
}
