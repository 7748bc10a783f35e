package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.consent.delivery.OutboxWorker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process looks at every few seconds, each on a thread of its own: deliveries, and opt-outs that Mautic must know
 * at once. Neither waits for a run. A delivery may bring an opt-out.
 */
public final class Workers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private final InboxWorker inbox;
    private final OutboxWorker outbox;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> new Thread(work, "outbox"));
    private final AtomicBoolean woken = new AtomicBoolean();
    private final FailureLog failures = new FailureLog(log, "delivering opt-outs to Mautic");

    /** Does nothing before it is woken. */
    public Workers(InboxWorker inbox, OutboxWorker outbox) {
        this.inbox = inbox;
        this.outbox = outbox;
        inbox.afterwards(this::deliver);
    }

    InboxWorker inbox() {
        return inbox;
    }

    /** Starts both, as far as they are not about to start. */
    void wake() {
        deliver();
        inbox.wake();
    }

    List<FailureLog> failures() {
        return List.of(inbox.failures(), failures);
    }

    private void deliver() {
        if (woken.compareAndSet(false, true)) {
            try {
                thread.execute(this::work);
            } catch (RejectedExecutionException e) {
                log.debug("stopping; the next process continues with the outbox");
            }
        }
    }

    private void work() {
        woken.set(false);
        failures.during(outbox::run);
    }

    @Override
    public void close() {
        inbox.close();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
                log.warn(
                        "opt-outs were being delivered for longer than {} s; the next process continues",
                        LONGEST_STOP.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
