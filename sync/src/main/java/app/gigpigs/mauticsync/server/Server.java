package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import app.gigpigs.mauticsync.inbound.ses.SesWebhook;
import app.gigpigs.mauticsync.inbound.ses.SnsTrust;
import app.gigpigs.mauticsync.inbound.webhook.MauticWebhook;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.runs.StopRequest;
import app.gigpigs.mauticsync.status.StatusReport;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives webhooks, processes them, and runs the outbound journey when it is due, until stopped.
 *
 * <p>Several processes may serve one database: each due run is picked by one of them, and the lease lets only one run at
 * a time.
 */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final Duration WAITING = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int POLLS_A_MINUTE = 20;
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(5);

    private final StopRequest stop;
    private final ScheduledRuns runs;
    private final RecurringTask<Void> outbound;
    private final RecurringTask<Void> catchUp;
    private final Timetable timetable;
    private final Poller poller = new Poller("poller", LOOK);
    private final Poller alerts = new Poller("alerts", MINUTE);
    private final Runnable alertWork;
    private final Workers workers;
    private final DeliveryStore store;
    private final Ports ports;
    private final List<FailureLog> failures = new ArrayList<>();
    private final ProcessStatus process;
    private final FailureLog alerting = new FailureLog(log, "telling of problems");
    private final FailureLog polling = new FailureLog(log, "looking for what is due");
    private int polls;
    private boolean catchUpAsked;
    /** A start runs at once, or as soon as the database accepts writes. */
    private boolean firstRunAsked;

    /**
     * Starts. A run begins at once.
     *
     * @param work the tasks
     * @param stop asked for when this is closed
     */
    public Server(ServerSettings settings, DataSource database, Jdbi jdbi, Work work, StopRequest stop) {
        this.workers = work.workers();
        InboxWorker inbox = workers.inbox();
        this.stop = stop;
        MauticWebhook webhook = new MauticWebhook(settings.receiver(), work.store(), inbox::wake);
        RefreshSignal signal = new RefreshSignal(jdbi);
        this.runs = new ScheduledRuns(work.run(), signal, InstantSource.system());
        this.outbound = task("outbound", settings.due().schedule(), runs::run);
        this.catchUp = task(
                "catch-up",
                Schedules.fixedDelay(settings.housekeeping().catchUpEvery()),
                work.recurring().catchUp());
        Heartbeat heartbeat = new Heartbeat(InstantSource.system());
        this.timetable = new Timetable(
                database,
                List.of(
                        outbound,
                        task("pending-events", Schedules.fixedDelay(WAITING), inbox::processPending),
                        task("inbox-housekeeping", Schedules.fixedDelay(HOUSEKEEPING), inbox::housekeeping),
                        catchUp,
                        task(
                                "webhook-health",
                                Schedules.fixedDelay(HOUSEKEEPING),
                                work.recurring().webhookCheck())),
                heartbeat);
        this.store = work.store();
        this.alertWork = work.recurring().alerts();
        failures.add(polling);
        failures.add(alerting);
        failures.addAll(workers.failures());
        this.process = new ProcessStatus(webhook, failures, work.told().metrics());
        this.ports = new Ports(
                settings,
                new Ports.Webhooks(webhook, new SesWebhook(settings.ses(), SnsTrust.ofJdk(), store, inbox::wake)),
                new SyncTrigger(settings.due().triggerToken(), signal),
                new HealthEndpoints(
                        settings.administration().rules(), work.told().status(), store, heartbeat, process));
    }

    /** Each task ends quietly: whatever it throws is logged here, and its next time comes by its schedule. */
    private RecurringTask<Void> task(String name, Schedule schedule, Runnable work) {
        FailureLog own = new FailureLog(log, name);
        failures.add(own);
        return Tasks.recurring(name, schedule).execute((instance, context) -> {
            if (!stop.isAsked()) {
                own.during(work);
            }
        });
    }

    /**
     * The tasks of the process.
     *
     * @param run one run of the outbound journey; ends after its batch in flight when the server is closed
     * @param store where deliveries are stored, with its own connections, because Mautic waits for the answer
     * @param workers process deliveries, and deliver opt-outs
     * @param told what the process tells
     */
    public record Work(OutboundRun run, DeliveryStore store, Workers workers, Recurring recurring, Told told) {}

    /**
     * What the process tells.
     *
     * @param status how everything is
     * @param metrics the same, and what was counted, for Prometheus
     */
    public record Told(Supplier<StatusReport> status, Supplier<String> metrics) {}

    /**
     * What is done at intervals.
     *
     * @param catchUp reads from Mautic the events that webhooks may have lost
     * @param webhookCheck checks whether Mautic still sends its webhooks here
     * @param alerts tells somebody of problems; done by every process, also without the database
     */
    public record Recurring(Runnable catchUp, Runnable webhookCheck, Runnable alerts) {}

    /** Begins to listen and to work. */
    public Server start() {
        ports.start();
        timetable.start();
        poller.start(this::poll);
        alerts.start(() -> alerting.during(alertWork));
        return this;
    }

    /** The public port, for webhooks. */
    public int port() {
        return ports.open();
    }

    /** The port of administration, for health and status. */
    public int administrationPort() {
        return ports.administration();
    }

    /** Whether the database accepts writes at the moment. */
    public boolean databaseAnswers() {
        return store.ready();
    }

    private void poll() {
        if (++polls % POLLS_A_MINUTE == 0) {
            process.logDeliveries();
        }
        workers.wake();
        if (store.outageEnded()) {
            log.info("deliveries got no answer; their events are read from Mautic's tables now");
            catchUpAsked = true;
        }
        polling.during(() -> {
            timetable.register();
            catchUpAsked = catchUpAsked && !timetable.due(catchUp);
            if (!firstRunAsked) {
                timetable.due(outbound);
                firstRunAsked = true;
            } else if (runs.due() && !timetable.due(outbound)) {
                log.debug("the next run waits until the present one has ended");
            }
        });
    }

    /** Lets a run end after its batch in flight, then stops. */
    @Override
    public void close() {
        stop.ask();
        ports.close();
        store.close();
        poller.close();
        alerts.close();
        timetable.close();
        workers.close();
    }
}
