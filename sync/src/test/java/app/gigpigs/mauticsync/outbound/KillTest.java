package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.cli.Main;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real process, really killed, in the middle of each kind of call it makes; the next run finishes the work. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class KillTest {
    private static final int CUSTOMERS = 60;

    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/segments",
        "GET,/api/contacts",
        "POST,/api/contacts/batch/new",
        "PATCH,/api/contacts/batch/edit",
        "POST,/contacts/add"
    })
    void a_first_import_killed_in_a_call_is_completed_without_duplicates(String method, String path) throws Exception {
        for (int i = 1; i <= CUSTOMERS; i++) {
            world.crm.add(
                    i, Map.of("email", "c" + i + "@example.com", "total_orders", "0", "customer_segments", "{vip}"));
        }

        killIn(method, path);
        world.syncUntilNothingIsOpen();

        assertSyncComplete();
    }

    @Test
    void an_update_killed_in_the_full_replacement_is_finished() throws Exception {
        for (int i = 1; i <= CUSTOMERS; i++) {
            world.crm.add(
                    i, Map.of("email", "c" + i + "@example.com", "total_orders", "5", "customer_segments", "{vip}"));
        }
        world.sync();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set total_orders = 0, lead_score = null");

        killIn("PUT", "/api/contacts/batch/edit");
        world.syncUntilNothingIsOpen();

        assertSyncComplete();
    }

    private void killIn(String method, String path) throws IOException, InterruptedException {
        world.mautic.clearRequests();
        world.mautic.latency(Duration.ofMillis(10));
        Process process = start();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> world.mautic.requests().stream()
                        .anyMatch(request -> request.method().equals(method)
                                && request.path().endsWith(path)));
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        world.mautic.latency(Duration.ZERO);
        // As after 30 seconds: the lease of the dead process has expired.
        SmallCrm.execute(world.jdbi, "update mautic_sync.lease set expires_at = now() - interval '1 second'");
    }

    private Process start() throws IOException {
        ProcessBuilder process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "sync"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        process.environment().putAll(world.variables());
        process.environment().put("SYNC_UNKNOWN_OUTCOME_WAIT", "1s");
        return process.start();
    }

    private void assertSyncComplete() {
        List<SimulatedContact> contacts = world.mautic.contacts();
        assertThat(contacts).hasSize(CUSTOMERS);
        assertThat(contacts.stream().map(contact -> contact.text("email")).distinct())
                .hasSize(CUSTOMERS);
        assertThat(contacts).allMatch(contact -> "0".equals(contact.text("total_orders")));
        assertThat(contacts).allMatch(contact -> contact.text("lead_score") == null);
        assertThat(world.mautic.segmentMembers("vip-customers")).hasSize(CUSTOMERS);
        assertThat(Rows.of(world.jdbi, "select status from public.mautic_sync_logs order by run_started_at"))
                .contains("died")
                .endsWith("done");
        RunCounts next = world.sync();
        assertThat(next.unchanged()).isEqualTo(CUSTOMERS);
    }
}
