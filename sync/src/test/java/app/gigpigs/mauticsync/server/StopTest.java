package app.gigpigs.mauticsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import app.gigpigs.mauticsync.testing.TcpProxy;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** SIGTERM and Ctrl-C at a bad moment: Docker waits ten seconds before it kills. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class StopTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    /** Twice what Docker waits, because the tests share their machine. */
    private static final Duration DOCKER = Duration.ofSeconds(20);

    private static final int SIGTERM = 143;
    private static final int SIGINT = 130;

    private final Scenario world = new Scenario();
    private final Map<String, String> environment = world.variables();

    @BeforeEach
    void configure() {
        environment.put("SYNC_BATCH_SIZE", "5");
        environment.put("SYNC_CONCURRENCY", "1");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private ServeProcess start(String... command) {
        return ServeProcess.command(environment, List.of(), command);
    }

    private void customers(int customers) {
        for (int i = 1; i <= customers; i++) {
            world.crm.add(i, "c" + i + "@example.com");
        }
    }

    private static void endsInTime(ServeProcess process, int code) throws InterruptedException {
        assertThat(process.ended(DOCKER))
                .as("ended in time; it logged %s", process.err())
                .isTrue();
        assertThat(process.exitCode()).isEqualTo(code);
        assertThat(process.err()).doesNotContain("\tat ", "Caused by");
    }

    private String lastRun(String kind) {
        return Rows.one(
                world.jdbi,
                "select status || ': ' || coalesce(error_details ->> 'error', '') from public.mautic_sync_logs where kind = ? order by run_started_at desc limit 1",
                kind);
    }

    private void inTheMiddleOfARun() {
        await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() > 5);
    }

    @Test
    void a_run_ends_after_its_batch_and_says_so() throws Exception {
        customers(400);
        world.mautic.latency(Duration.ofMillis(300));
        try (ServeProcess sync = start("sync")) {
            inTheMiddleOfARun();
            sync.stop();
            endsInTime(sync, SIGTERM);
            assertThat(sync.err()).contains("stopping after the work in hand", "MS-306: this process is being stopped");
        }
        assertThat(world.mautic.contacts()).hasSizeLessThan(400);
        assertThat(lastRun("outbound")).isEqualTo("stopped: this process is being stopped");
        world.mautic.latency(Duration.ZERO);
        assertThat(world.sync().outcomeUnknown()).isZero();
        assertThat(world.mautic.contacts()).hasSize(400);
    }

    /** With the log as JSON, for a program that collects it. */
    @Test
    void a_server_logs_json_alone_and_names_the_run_in_its_lines() throws Exception {
        customers(3);
        environment.put("MAUTIC_SYNC_LOG_FORMAT", "json");
        try (ServeProcess serve = ServeProcess.start(environment)) {
            await().atMost(TIMEOUT).until(() -> serve.err().contains("run done"));
            serve.stop();
            assertThat(serve.ended(DOCKER)).isTrue();
            String run = Rows.one(world.jdbi, "select id::text from public.mautic_sync_logs");
            List<String> lines = serve.err()
                    .lines()
                    .filter(line -> !line.startsWith("mautic-sync: stopping"))
                    .toList();
            assertThat(lines)
                    .allSatisfy(line -> assertThat(new ObjectMapper()
                                    .readTree(line)
                                    .get("time")
                                    .asText())
                            .endsWith("Z"));
            assertThat(lines)
                    .filteredOn(line -> line.contains("RunContext") || line.contains("ScheduledRuns"))
                    .hasSizeGreaterThan(1)
                    .allMatch(line -> line.contains("\"run\":\"" + run + "\""));
            assertThat(lines).anyMatch(line -> line.contains("\"errorCode\":\"MS-405\""));
        }
    }

    @Test
    void ctrl_c_ends_a_run_that_waits_for_a_rate_limit() throws Exception {
        customers(20);
        try (ServeProcess sync = start("sync")) {
            world.mautic
                    .faults()
                    .next("PUT", "/api/contacts/batch/edit", new Fault.RateLimited(Duration.ofSeconds(50)));
            world.mautic
                    .faults()
                    .next("POST", "/api/contacts/batch/new", new Fault.RateLimited(Duration.ofSeconds(50)));
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() + running() > 0);
            sync.interrupt();
            endsInTime(sync, SIGINT);
        }
        assertThat(world.sync().outcomeUnknown()).isZero();
        assertThat(world.mautic.contacts()).hasSize(20);
    }

    private int running() {
        return Integer.parseInt(
                Rows.one(world.jdbi, "select count(*) from public.mautic_sync_logs where status = 'running'"));
    }

    @Test
    void a_run_that_waits_for_another_one_ends_at_once() throws Exception {
        SmallCrm.execute(
                world.jdbi,
                "insert into mautic_sync.lease (name, holder, expires_at) values ('outbound', '1-x', now() + interval '1 hour')");
        try (ServeProcess sync = start("sync")) {
            await().atMost(TIMEOUT).until(() -> sync.err().contains("another process holds the lease outbound"));
            sync.stop();
            endsInTime(sync, SIGTERM);
            assertThat(sync.err()).contains("this process is being stopped");
        }
    }

    @Test
    void catching_up_ends_after_its_page() throws Exception {
        customers(1);
        world.sync();
        long contact = world.contact("c1@example.com").id();
        long email = world.mautic.mails().create("News", "Hello");
        for (int i = 0; i < 30; i++) {
            world.mautic
                    .people()
                    .click(world.mautic.mails().sendToContact(email, contact), "https://example.test/" + i);
        }
        world.mautic.latency(Duration.ofMillis(700));
        try (ServeProcess catchUp = start("catch-up")) {
            await().atMost(TIMEOUT)
                    .until(() -> !Rows.of(world.jdbi, "select name from mautic_sync.lease where name = 'catch_up'")
                            .isEmpty());
            catchUp.stop();
            endsInTime(catchUp, SIGTERM);
            assertThat(catchUp.err()).contains("this process is being stopped");
        }
        assertThat(lastRun("catch_up")).isEqualTo("stopped: this process is being stopped");
    }

    @Test
    void a_command_that_only_reads_ends_at_once() throws Exception {
        customers(5);
        world.sync();
        world.mautic.latency(Duration.ofMinutes(1));
        int before = connections();
        try (ServeProcess reconcile = start("reconcile")) {
            await().atMost(TIMEOUT).until(() -> connections() > before);
            reconcile.interrupt();
            endsInTime(reconcile, SIGINT);
            assertThat(reconcile.err()).contains("mautic-sync: stopped");
        }
    }

    private int connections() {
        return Integer.parseInt(
                Rows.one(world.jdbi, "select count(*) from pg_stat_activity where datname = current_database()"));
    }

    @Test
    void serve_ends_in_the_middle_of_a_run_and_is_no_problem_afterwards() throws Exception {
        customers(400);
        world.mautic.latency(Duration.ofMillis(300));
        try (ServeProcess serving = start("serve")) {
            inTheMiddleOfARun();
            serving.stop();
            endsInTime(serving, SIGTERM);
            assertThat(serving.out().strip()).endsWith("Stopped.");
            assertThat(serving.err()).contains("stopping after the work in hand");
        }
        assertThat(
                        Rows.of(
                                world.jdbi,
                                "select status || ': ' || (error_details ->> 'error') from public.mautic_sync_logs where kind = 'outbound'"))
                .containsExactly("stopped: this process is being stopped");
        world.mautic.latency(Duration.ZERO);
        try (ServeProcess doctor = start("doctor")) {
            assertThat(doctor.ended(TIMEOUT)).isTrue();
            assertThat(doctor.out()).doesNotContain("runs: the last one ended");
        }
        assertThat(world.sync().outcomeUnknown()).isZero();
        assertThat(world.mautic.contacts()).hasSize(400);
    }

    @Test
    void serve_ends_while_the_database_is_away() throws Exception {
        customers(1);
        int port = URI.create(world.url.jdbc().substring("jdbc:".length())).getPort();
        try (TcpProxy line = new TcpProxy("127.0.0.1", port, TcpProxy.Watcher.NONE)) {
            environment.put(
                    "SUPABASE_DB_URL",
                    new DatabaseUrl(
                                    world.url.jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + line.port() + "/"),
                                    world.url.user(),
                                    world.url.password())
                            .jdbc());
            try (ServeProcess serving = start("serve")) {
                await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
                line.breakOff();
                await().atMost(TIMEOUT).until(() -> serving.err().contains("failed and is tried again"));
                serving.stop();
                endsInTime(serving, SIGTERM);
                assertThat(serving.out().strip()).endsWith("Stopped.");
            }
        }
    }
}
