package app.gigpigs.mauticsync.simulator;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Sleeps for each contact on the server's own thread: the work goes on when the client has closed the connection. */
final class SleepingPace implements ContactCalls.Pace {
    private final Faults faults;
    private final AtomicInteger writing = new AtomicInteger();
    private volatile Duration latency;
    private volatile int processors = Integer.MAX_VALUE;

    SleepingPace(Faults faults, Duration latency) {
        this.faults = faults;
        this.latency = latency;
    }

    void latency(Duration time) {
        latency = time;
    }

    void processors(int count) {
        processors = count;
    }

    void begin() {
        writing.incrementAndGet();
    }

    void end() {
        writing.decrementAndGet();
    }

    @Override
    public void contact() {
        if (!latency.isZero()) {
            double crowd = Math.max(1.0, writing.get() / (double) processors);
            Exchanges.sleep(Duration.ofNanos((long) (latency.toNanos() * crowd * (1 + 0.55 * (crowd - 1)))));
        }
    }

    @Override
    public int batchLimit() {
        return faults.batchLimit();
    }
}
