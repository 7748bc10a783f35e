package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.Execution;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the scheduler meets, in one line each; its own log is off, because it adds a stack trace to each. */
final class SchedulerLog extends AbstractSchedulerListener {
    private static final Logger log = LoggerFactory.getLogger(SchedulerLog.class);

    private final Heartbeat heartbeat;
    private final AtomicBoolean failing = new AtomicBoolean();

    /**
     * Logs.
     *
     * @param heartbeat beats at each round of the scheduler, whether the database answered or not
     */
    SchedulerLog(Heartbeat heartbeat) {
        this.heartbeat = heartbeat;
    }

    @Override
    public void onExecutionDead(Execution execution) {
        log.warn(new Failure(
                        ErrorCode.RUN_DIED,
                        "the process that did " + execution.getTaskName()
                                + " has ended in the middle of it; it is due again")
                .line());
    }

    @Override
    public void onSchedulerEvent(SchedulerEventType type) {
        switch (type) {
            case RAN_EXECUTE_DUE -> {
                heartbeat.beat();
                if (failing.getAndSet(false)) {
                    log.info("the schedule can be read again");
                }
            }
            case UNEXPECTED_ERROR -> {
                heartbeat.beat();
                if (!failing.getAndSet(true)) {
                    log.warn(failure("the schedule cannot be read or written; it is tried again every few seconds"));
                }
            }
            case COMPLETIONHANDLER_ERROR, FAILUREHANDLER_ERROR ->
                log.warn(failure(
                        "the next time of a task could not be stored; the task is due again within 30 seconds"));
            case FAILED_MULTIPLE_HEARTBEATS ->
                log.warn(failure(
                        "this process stood still or lost the database; another process may do its tasks again"));
            default -> log.trace("{}", type);
        }
    }

    /** The scheduler does not say why; what else needs the database does. */
    private static String failure(String message) {
        return new Failure(ErrorCode.DATABASE_ERROR, message).line();
    }
}
