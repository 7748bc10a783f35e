package app.gigpigs.mauticsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Scenario;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TimetableTest {
    /** Several processes start, or are told of a refresh, at the same moment. */
    @Test
    void a_task_that_several_make_due_at_once_is_due_and_nobody_fails() throws Exception {
        RecurringTask<Void> task = Tasks.recurring("outbound", Schedules.fixedDelay(Duration.ofHours(1)))
                .execute((one, context) -> {});
        try (Scenario world = new Scenario();
                Database database = Postgres.open(world.url);
                Timetable timetable =
                        new Timetable(database.dataSource(), List.of(task), new Heartbeat(InstantSource.system()))) {
            timetable.register();
            ExecutorService threads = Executors.newFixedThreadPool(6);
            try {
                List<Future<Boolean>> all = new ArrayList<>();
                for (int i = 0; i < 300; i++) {
                    all.add(threads.submit(() -> timetable.due(task)));
                }
                int made = 0;
                for (Future<Boolean> one : all) {
                    made += one.get() ? 1 : 0;
                }
                assertThat(made).isPositive();
            } finally {
                threads.shutdownNow();
            }
        }
    }
}
