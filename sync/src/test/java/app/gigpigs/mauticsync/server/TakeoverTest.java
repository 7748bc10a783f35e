package app.gigpigs.mauticsync.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.RunningServer;
import app.gigpigs.mauticsync.app.ServerWiring;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.webhook.Wire;
import app.gigpigs.mauticsync.testing.Logged;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What is left by a process that was killed, or that started at a bad moment. -Dtakeover.rounds=20 kills more often and
 * prints how long it took.
 */
@SuppressWarnings("try") // it serves, and that is all
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class TakeoverTest {
    private static final int ROUNDS = Integer.getInteger("takeover.rounds", 1);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final Scenario world = new Scenario();
    private final Map<String, String> environment = world.variables();
    private int customers;

    @BeforeEach
    void configure() {
        environment.put("SYNC_SCHEDULE", "1h");
        environment.put("SYNC_BATCH_SIZE", "5");
        environment.put("SYNC_CONCURRENCY", "1");
        environment.put("SYNC_UNKNOWN_OUTCOME_WAIT", "1s");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void after_a_kill_in_the_middle_of_a_run_a_restart_runs_within_40_seconds() {
        List<String> seconds = new ArrayList<>();
        ServeProcess serving = ServeProcess.start(environment);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                killInTheMiddle(serving);
                Instant killed = Instant.now();
                serving.close();
                serving = ServeProcess.start(environment);
                seconds.add(takenOver(killed));
            }
        } finally {
            serving.close();
        }
        report("restarted", seconds);
    }

    @Test
    void after_a_kill_in_the_middle_of_a_run_a_second_process_runs_within_40_seconds() {
        List<String> seconds = new ArrayList<>();
        List<ServeProcess> serving = new ArrayList<>();
        try {
            serving.add(ServeProcess.start(environment));
            serving.get(0).port();
            for (int round = 0; round < ROUNDS; round++) {
                serving.add(ServeProcess.start(environment));
                serving.get(1).port();
                killTheRunningOne(serving);
                seconds.add(takenOver(Instant.now()));
            }
        } finally {
            serving.forEach(ServeProcess::close);
        }
        report("second process", seconds);
    }

    private static void report(String what, List<String> seconds) {
        if (ROUNDS > 1) {
            System.out.println(what + ", seconds until the inbox was done / the next run began: " + seconds);
        }
    }

    private void killInTheMiddle(ServeProcess serving) {
        inTheMiddle();
        serving.kill();
    }

    private void killTheRunningOne(List<ServeProcess> serving) {
        inTheMiddle();
        String holder = Rows.one(
                world.jdbi, "select split_part(holder, '-', 1) from mautic_sync.lease where name = 'outbound'");
        ServeProcess running = serving.stream()
                .filter(process -> String.valueOf(process.pid()).equals(holder))
                .findFirst()
                .orElseThrow();
        running.close();
        serving.remove(running);
    }

    /** A run has sent some customers of many. */
    private void inTheMiddle() {
        world.mautic.latency(Duration.ZERO);
        await().atMost(TIMEOUT).until(() -> running().equals("0"));
        int before = world.mautic.contacts().size();
        world.mautic.latency(Duration.ofMillis(50));
        for (int i = 0; i < 100; i++) {
            customers++;
            world.crm.add(customers, "c" + customers + "@example.com");
        }
        SmallCrm.execute(world.jdbi, "insert into mautic_sync.refresh_signal (kind) values ('request')");
        await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() > before + 10);
        assertThat(running()).isEqualTo("1");
    }

    private String running() {
        return Rows.one(
                world.jdbi,
                "select count(*) from public.mautic_sync_logs where kind = 'outbound' and status = 'running'");
    }

    private String takenOver(Instant killed) {
        SmallCrm.execute(world.jdbi, "insert into mautic_sync.inbox (body, headers) values ('{}', '{}')");
        await().atMost(TIMEOUT)
                .until(() -> Rows.one(world.jdbi, "select count(*) from mautic_sync.inbox where state = 'pending'")
                        .equals("0"));
        double inbox = seconds(killed);
        await().atMost(TIMEOUT)
                .until(() -> !Rows.one(
                                world.jdbi,
                                "select count(*) from public.mautic_sync_logs where kind = 'outbound' and run_started_at > ?",
                                killed)
                        .equals("0"));
        double run = seconds(killed);
        // The start of the process is part of it, and the machine may be busy.
        assertThat(inbox).as("seconds until the inbox was worked on").isLessThan(15);
        assertThat(run).as("seconds until the next run began").isLessThan(40);
        return String.format(java.util.Locale.ROOT, "%.1f/%.1f", inbox, run);
    }

    private static double seconds(Instant since) {
        return Duration.between(since, Instant.now()).toMillis() / 1000.0;
    }

    @Test
    void a_restart_runs_at_once_although_the_next_run_is_due_in_an_hour() {
        world.crm.add(1, "a@example.com");
        try (RunningServer first = serve()) {
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
        }
        world.crm.add(2, "b@example.com");
        try (RunningServer second = serve()) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> world.mautic.contacts().size() == 2);
        }
    }

    @Test
    void a_start_at_which_the_database_is_read_only_repairs_itself() {
        world.crm.add(1, "a@example.com");
        readOnly(true);
        try (RunningServer serving = serve()) {
            assertThat(Rows.of(world.jdbi, "select task_name from mautic_sync.scheduled_tasks"))
                    .isEmpty();
            readOnly(false);
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
            assertThat(Rows.of(world.jdbi, "select task_name from mautic_sync.scheduled_tasks order by 1"))
                    .containsExactly("catch-up", "inbox-housekeeping", "outbound", "pending-events", "webhook-health");
        }
    }

    @Test
    void what_was_not_answered_while_the_database_was_read_only_is_read_from_mautic_as_soon_as_it_is_not() {
        environment.put("SYNC_CATCH_UP_EVERY", "1h");
        environment.put("MAUTIC_WEBHOOK_SECRET", "secret");
        CustomerId customer = world.crm.add(1, "a@example.com");
        try (RunningServer serving = serve()) {
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
            await().atMost(TIMEOUT)
                    .until(() -> Rows.of(
                                            world.jdbi,
                                            "select task_name from mautic_sync.scheduled_tasks where task_name = 'catch-up' and last_success is not null")
                                    .size()
                            == 1);
            readOnly(true);
            // No webhook is set up, so this is what Mautic's immediate mode loses.
            world.mautic.unsubscribe(world.contact("a@example.com").id());
            byte[] body = "{}".getBytes(UTF_8);
            assertThat(new Wire(serving.port()).post(body, Wire.signature(body, "secret")))
                    .as("the connection is closed without an answer")
                    .isZero();
            readOnly(false);

            await().atMost(TIMEOUT).until(() -> "false".equals(optIn(customer)));
        }
    }

    private String optIn(CustomerId customer) {
        return Rows.one(
                world.jdbi, "select marketing_opt_in::text from public.customer_profiles where id = ?", customer);
    }

    private void readOnly(boolean yes) {
        String database = Rows.one(world.jdbi, "select current_database()");
        SmallCrm.execute(
                world.jdbi,
                "alter database " + database + (yes ? " set" : " reset") + " default_transaction_read_only"
                        + (yes ? " = on" : ""));
        SmallCrm.execute(
                world.jdbi,
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()");
    }

    @Test
    void a_run_whose_next_time_could_not_be_stored_is_a_warning_and_runs_again_within_a_minute() {
        world.crm.add(1, "a@example.com");
        SmallCrm.execute(world.jdbi, """
                create function public.fail() returns trigger language plpgsql as
                $$ begin raise exception 'not now'; end $$;
                create trigger fail before update on mautic_sync.scheduled_tasks for each row
                  when (old.task_name = 'outbound' and old.picked and not new.picked and new.last_success is not null)
                  execute function public.fail()
                """);
        try (Logged log = new Logged();
                RunningServer serving = serve()) {
            await().atMost(TIMEOUT).until(() -> log.contains("the next time of a task could not be stored"));
            SmallCrm.execute(world.jdbi, "drop trigger fail on mautic_sync.scheduled_tasks");
            world.crm.add(2, "b@example.com");
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 2);
            assertThat(log.stackTraces()).isEmpty();
        }
    }

    private RunningServer serve() {
        return ServerWiring.start(new Config(environment).serve());
    }
}
