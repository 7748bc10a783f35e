package app.gigpigs.mauticsync.server;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * The tasks that one process does for all of them, and when each is due: the table mautic_sync.scheduled_tasks. A process
 * that was killed leaves its tasks marked as being done; its heartbeat tells the others, within 30 seconds.
 */
final class Timetable implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(3);
    /** A task is done again after four missed heartbeats, which are looked for at every second one. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final int MISSED_HEARTBEATS = 4;
    private static final Duration LONGEST_STOP = Duration.ofMinutes(10);

    private final Jdbi jdbi;
    private final List<RecurringTask<Void>> tasks;
    private final Scheduler scheduler;

    /** Nothing is done before the start. */
    Timetable(DataSource database, List<RecurringTask<Void>> tasks, Heartbeat heartbeat) {
        this.jdbi = Jdbi.create(database);
        this.tasks = List.copyOf(tasks);
        this.scheduler = Scheduler.create(database)
                .startTasks(tasks)
                .tableName("mautic_sync.scheduled_tasks")
                .threads(tasks.size())
                .pollingInterval(LOOK)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .shutdownMaxWait(LONGEST_STOP)
                .addSchedulerListener(new SchedulerLog(heartbeat))
                .build();
    }

    void start() {
        scheduler.start();
    }

    /** Gives a time to the tasks that have none, because the database accepted no writes when the process started. */
    void register() {
        Set<String> known =
                jdbi.withHandle(handle -> handle.createQuery("select task_name from mautic_sync.scheduled_tasks")
                        .mapTo(String.class)
                        .set());
        tasks.stream()
                .filter(task -> !known.contains(task.getName()))
                .forEach(task -> scheduler.scheduleIfNotExists(task.schedulableInstance(RecurringTask.INSTANCE)));
    }

    /**
     * Makes a task due now.
     *
     * @return false when it is being done at the moment, or somebody else is making it due
     */
    boolean due(RecurringTask<Void> task) {
        try {
            return scheduler.reschedule(
                    task.instance(RecurringTask.INSTANCE),
                    InstantSource.system().instant());
        } catch (TaskInstanceCurrentlyExecutingException | ExecutionException e) {
            // Another process, or the scheduler's own thread, took or moved it at this moment.
            return false;
        }
    }

    /** Waits until the tasks that are being done have ended. */
    @Override
    public void close() {
        scheduler.stop();
    }
}
