package app.gigpigs.mauticsync.runs;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** That this process is to end, asked for once by SIGTERM or Ctrl-C, and what waits in it. Thread-safe. */
public final class StopRequest implements StopSignal {
    private static final String REASON = "this process is being stopped";

    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean watched;

    /** Asks; whatever waits with {@link #sleeper} wakes up. */
    public void ask() {
        asked.countDown();
    }

    @Override
    public Optional<String> reason() {
        return isAsked() ? Optional.of(REASON) : Optional.empty();
    }

    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** For work that looks at this and ends by itself; it is waited for. */
    public StopRequest watched() {
        watched = true;
        return this;
    }

    /** Whether somebody looks at this, so that the end of the work is to be waited for. */
    public boolean isWatched() {
        return watched;
    }

    /**
     * Between two steps of the work.
     *
     * @throws RunStoppedException when the process is to end
     */
    public void check() {
        if (isAsked()) {
            throw new RunStoppedException(REASON);
        }
    }

    /** Waits until the process is to end. */
    public void await() throws InterruptedException {
        asked.await();
    }

    /** Lets time pass, but not when the process is to end: then it throws a {@link StopSignal.RunStoppedException}. */
    public Sleeper sleeper() {
        return this::sleep;
    }

    private void sleep(Duration time) {
        try {
            if (asked.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RunStoppedException(REASON);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Sleeper.StoppedException();
        }
    }
}
