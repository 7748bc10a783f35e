package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.webhook.MauticWebhook;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection;
import app.gigpigs.mauticsync.outbound.RunRequest.Trigger;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceException;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives webhooks, processes them, and runs the outbound journey when it is due, until stopped. Runs follow the
 * schedule. Where the CRM signals its refreshes, a run follows each signal instead, and the schedule is used only when
 * there was no signal for an hour.
 *
 * <p>Several processes may serve one database: each due run is picked by one of them, and the lease lets only one run at
 * a time.
 */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final Duration LOOK = Duration.ofSeconds(3);
    /** Without a signal for this long, runs follow the schedule again. */
    private static final Duration SIGNALS_TRUSTED = Duration.ofHours(1);

    private static final Duration WAITING = Duration.ofMinutes(1);
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(5);
    private static final Duration LONGEST_STOP = Duration.ofMinutes(10);

    private final OutboundRun run;
    private final AtomicBoolean stopping;
    private final RefreshSignal signal;
    private final RecurringTask<Void> outbound;
    private final Scheduler scheduler;
    private final InboxWorker inbox;
    private final MauticWebhook receiver;
    /** The signals that the latest run followed, whether it was successful or not. */
    private volatile Set<Long> tried = Set.of();

    /**
     * Starts. Runs that are due begin at once.
     *
     * @param work the tasks
     * @param stopping set when this is closed
     */
    public Server(ServerSettings settings, DataSource database, Jdbi jdbi, Work work, AtomicBoolean stopping) {
        this.run = work.run();
        this.inbox = work.inbox();
        this.stopping = stopping;
        this.signal = new RefreshSignal(jdbi);
        Heartbeat heartbeat = new Heartbeat(InstantSource.system());
        this.outbound = Tasks.recurring("outbound", settings.due().schedule()).execute((instance, context) -> due());
        Duration catchUpEvery = settings.housekeeping().catchUpEvery();
        this.scheduler = Scheduler.create(database)
                .startTasks(
                        outbound,
                        every(LOOK, "refresh-signal", () -> heartbeat.during(this::look)),
                        every(LOOK, "inbox", inbox::all),
                        every(WAITING, "pending-events", inbox::processPending),
                        every(HOUSEKEEPING, "inbox-housekeeping", inbox::housekeeping),
                        every(catchUpEvery, "catch-up", () -> catchUp(work.catchUp())),
                        every(
                                HOUSEKEEPING,
                                "webhook-health",
                                () -> work.webhookCheck().run()))
                .tableName("mautic_sync.scheduled_tasks")
                .threads(4)
                .pollingInterval(LOOK)
                .shutdownMaxWait(LONGEST_STOP)
                .build();
        scheduler.start();
        HealthEndpoints health = new HealthEndpoints(settings, jdbi, heartbeat);
        SyncTrigger wake = new SyncTrigger(settings.due().triggerToken(), signal);
        this.receiver = new MauticWebhook(settings.receiver(), work.store(), inbox::wake, config -> {
                    health.routes(config);
                    wake.routes(config);
                })
                .start();
    }

    private static RecurringTask<Void> every(Duration pause, String name, Runnable work) {
        return Tasks.recurring(name, Schedules.fixedDelay(pause)).execute((instance, context) -> work.run());
    }

    /**
     * The tasks of the process.
     *
     * @param run one run of the outbound journey; ends after its batch in flight when the server is closed
     * @param store where deliveries are stored, with its own connections, because Mautic waits for the answer
     * @param inbox processes deliveries
     * @param catchUp reads from Mautic the events that webhooks may have lost
     * @param webhookCheck checks whether Mautic still sends its webhooks here
     */
    public record Work(OutboundRun run, Inbox store, InboxWorker inbox, Runnable catchUp, Runnable webhookCheck) {}

    /** The port for webhooks and health endpoints. */
    public int port() {
        return receiver.port();
    }

    /**
     * A signalled refresh makes the next run due now; during a run the signal waits. When the run after it failed, the
     * schedule decides when to try again.
     */
    private void look() {
        if (!stopping.get() && !tried.containsAll(signal.open())) {
            try {
                scheduler.reschedule(
                        outbound.instance(RecurringTask.INSTANCE),
                        InstantSource.system().instant());
            } catch (TaskInstanceException e) {
                log.debug("the run after a refresh is waiting: {}", e.getMessage());
            }
        }
    }

    private void catchUp(Runnable work) {
        try {
            if (!stopping.get()) {
                work.run();
            }
        } catch (RuntimeException e) {
            // Most likely the database. Each applied page has moved its cursor, and the next catch-up continues there.
            log.warn("the catch-up failed and is tried again: {}", e.getClass().getSimpleName());
            log.debug("the catch-up failed", e);
        }
    }

    private void due() {
        if (stopping.get()) {
            return;
        }
        Set<Long> signals = signal.open();
        tried = signals;
        if (signals.isEmpty() && signal.usedWithin(SIGNALS_TRUSTED)) {
            log.debug("the CRM signals its refreshes; waiting for the next");
            return;
        }
        signal.forget();
        RunResult result = run.run(new RunRequest(
                SyncMode.CHANGED,
                new Selection.Everybody(),
                OptionalInt.empty(),
                signals.isEmpty() ? Trigger.SCHEDULE : Trigger.REFRESH));
        if (result instanceof RunResult.Done) {
            signal.followed(signals, String.valueOf(ProcessHandle.current().pid()));
        }
        log(result);
    }

    private static void log(RunResult result) {
        if (result instanceof RunResult.Done done) {
            log.info(
                    "run done: pushed {}, unchanged {}, skipped {}, rejected {}",
                    done.report().counts().synced(),
                    done.report().counts().unchanged(),
                    done.report().counts().skipped(),
                    done.report().counts().rejected());
        } else if (result instanceof RunResult.Stopped stopped) {
            log.warn("run stopped: {}", stopped.message());
        } else if (result instanceof RunResult.Paused paused) {
            log.info("no run: {}", paused.message());
        } else {
            log.info("no run: another one is running");
        }
    }

    /** Lets a run end after its batch in flight, then stops. */
    @Override
    public void close() {
        stopping.set(true);
        receiver.close();
        scheduler.stop();
        inbox.close();
    }
}
