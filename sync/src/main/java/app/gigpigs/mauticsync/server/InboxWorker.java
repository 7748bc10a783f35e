package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.runs.StopSignal;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes the inbox: right after a delivery, and every few seconds for deliveries that other processes left or a pause
 * delayed.
 */
public final class InboxWorker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InboxWorker.class);

    private final InboxProcessor run;
    private final PendingEvents pendingEvents;
    private final Runnable housekeeping;
    private final StopSignal stop;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(work -> new Thread(work, "inbox"));
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile Runnable afterwards = () -> {};
    private final FailureLog failures = new FailureLog(log, "the inbox");

    /**
     * Does nothing before it is woken.
     *
     * @param housekeeping deletes old deliveries and reads missing names of e-mails from Mautic
     * @param stop checked between deliveries
     */
    public InboxWorker(InboxProcessor run, PendingEvents pendingEvents, Runnable housekeeping, StopSignal stop) {
        this.run = run;
        this.pendingEvents = pendingEvents;
        this.housekeeping = housekeeping;
        this.stop = stop;
    }

    FailureLog failures() {
        return failures;
    }

    /** Starts the worker, unless it is about to start. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            try {
                worker.execute(this::work);
            } catch (RejectedExecutionException e) {
                log.debug("stopping; the next process continues with the inbox");
            }
        }
    }

    private void work() {
        woken.set(false);
        failures.during(() -> run.run(stop));
        afterwards.run();
    }

    /** Has this done after deliveries were processed. */
    void afterwards(Runnable work) {
        afterwards = work;
    }

    /** Processes events that wait for their customer, or for the CRM to accept their effect. */
    void processPending() {
        pendingEvents.process();
    }

    /** Every few minutes. */
    void housekeeping() {
        housekeeping.run();
    }

    @Override
    public void close() {
        worker.shutdown();
        try {
            worker.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
