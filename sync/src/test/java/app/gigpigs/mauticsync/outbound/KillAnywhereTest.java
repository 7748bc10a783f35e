package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.cli.Main;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import app.gigpigs.mauticsync.testing.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a real process at its n-th message to the database or to Mautic, before it is passed on or right after;
 * the next run must complete the sync without duplicates. Every step is a point; a normal test run takes a
 * spread of them, {@code -Dkill.stride=1} all.
 */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class KillAnywhereTest {
    private static final int STRIDE = Integer.getInteger("kill.stride", 30);
    /** A few more than a run of this story takes; a point beyond the end is a run that was not killed. */
    private static final int STEPS = 150;

    static Stream<Integer> steps() {
        return Stream.iterate(1 + STRIDE / 2, step -> step < STEPS, step -> step + STRIDE);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void after_a_kill_at_any_step_the_next_run_completes_the_sync(int step) throws Exception {
        try (Scenario world = new Scenario()) {
            Story story = new Story(world);
            story.begin();
            killAt(step, world);
            world.mautic.clearRequests();
            // As after half a minute: the lease of the dead process has expired, its writes may still be running.
            SmallCrm.execute(
                    world.jdbi,
                    "update mautic_sync.lease set expires_at = now() - interval '1 second'; update public.mautic_sync_status set in_flight_until = now() + interval '5 minutes' where in_flight_until is not null");
            world.sync();
            // As after five minutes: they have ended.
            SmallCrm.execute(
                    world.jdbi,
                    "update public.mautic_sync_status set in_flight_until = now() - interval '1 second' where in_flight_until is not null");
            world.sync();
            world.sync();

            story.assertSyncComplete();
        }
    }

    private static void killAt(int step, Scenario world) throws Exception {
        AtomicInteger messages = new AtomicInteger();
        AtomicReference<Process> process = new AtomicReference<>();
        TcpProxy.Watcher killer = new TcpProxy.Watcher() {
            private int mine;

            @Override
            public synchronized void before() {
                mine = messages.incrementAndGet();
                kill(step % 2 == 0);
            }

            @Override
            public synchronized void after() {
                kill(step % 2 != 0);
            }

            private void kill(boolean now) {
                if (now && mine == step) {
                    Process victim = process.get();
                    victim.destroyForcibly();
                    await(victim);
                }
            }
        };
        URI mautic = world.mautic.baseUri();
        URI database = URI.create(world.url.jdbc().substring("jdbc:".length()));
        try (TcpProxy toMautic = new TcpProxy(mautic.getHost(), mautic.getPort(), killer);
                TcpProxy toDatabase = new TcpProxy("127.0.0.1", database.getPort(), killer)) {
            synchronized (killer) {
                process.set(start(world, toMautic.port(), toDatabase.port()));
            }
            await(process.get());
        }
    }

    private static void await(Process process) {
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Process start(Scenario world, int mauticPort, int databasePort) throws IOException {
        ProcessBuilder process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "sync"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        process.environment()
                .putAll(Map.of(
                        "SUPABASE_DB_URL",
                        world.url.jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + databasePort + "/"),
                        "MAUTIC_URL",
                        "http://127.0.0.1:" + mauticPort,
                        "MAUTIC_CLIENT_ID",
                        SimulatorSettings.defaults().clientId(),
                        "MAUTIC_CLIENT_SECRET",
                        SimulatorSettings.defaults().clientSecret(),
                        "SYNC_BATCH_SIZE",
                        "4",
                        "SYNC_CONCURRENCY",
                        "1",
                        "SYNC_UNKNOWN_OUTCOME_WAIT",
                        "3s"));
        return process.start();
    }

    /** One run with customers that are new, changed, opted out, without values, removed, deleted or matched, or whose address changed. */
    private record Story(Scenario world) {
        void begin() {
            for (int i = 1; i <= 8; i++) {
                world.crm.add(
                        i,
                        Map.of("email", "c" + i + "@example.com", "total_orders", "5", "customer_segments", "{vip}"));
            }
            world.sync();
            SmallCrm.execute(world.jdbi, """
                    update public.customer_profiles set suburb = 'Perth' where email = 'c1@example.com';
                    update public.customer_profiles set marketing_opt_in = false where email = 'c2@example.com';
                    update public.customer_profiles set email = 'moved@example.com' where email = 'c3@example.com';
                    update public.customer_profiles set total_orders = 0 where email = 'c4@example.com';
                    update public.customer_profiles set customer_segments = '{new}' where email = 'c5@example.com';
                    update public.customer_profiles set in_view = false where email = 'c6@example.com';
                    delete from public.customer_profiles where email = 'c7@example.com';
                    """);
            world.mautic.addContact(Map.of("email", "matched@example.com", "firstname", "Old"));
            world.crm.add(9, Map.of("email", "matched@example.com", "first_name", "New"));
            for (int i = 10; i <= 14; i++) {
                world.crm.add(i, Map.of("email", "n" + i + "@example.com", "customer_segments", "{vip}"));
            }
            world.crm.add(15, "c3@example.com");
        }

        void assertSyncComplete() {
            List<SimulatedContact> contacts = world.mautic.contacts();
            assertThat(contacts.stream().map(contact -> contact.text("email")))
                    .doesNotHaveDuplicates()
                    .hasSize(15);
            assertThat(contacts.stream()
                            .map(contact -> contact.text("supabase_id"))
                            .distinct())
                    .hasSize(15);
            assertThat(world.contact("c1@example.com").text("city")).isEqualTo("Perth");
            assertThat(world.contact("c2@example.com").doNotContact()).hasSize(1);
            assertThat(world.contact("moved@example.com").text("supabase_id"))
                    .isEqualTo(SmallCrm.id(3).toString());
            assertThat(world.contact("c3@example.com").text("supabase_id"))
                    .isEqualTo(SmallCrm.id(15).toString());
            assertThat(world.contact("c4@example.com").text("total_orders")).isEqualTo("0");
            assertThat(world.contact("matched@example.com").text("firstname")).isEqualTo("New");
            assertThat(world.mautic.segmentMembers("new-customers"))
                    .containsExactly(world.contact("c5@example.com").id());
            assertThat(world.mautic.segmentMembers("vip-customers")).hasSize(10);
            assertThat(
                            Rows.of(
                                    world.jdbi,
                                    "select customer_id::text from public.mautic_sync_status where state not in ('synced', 'removed') or in_flight_until is not null"))
                    .isEmpty();
            world.mautic.clearRequests();
            world.sync();
            assertThat(world.mautic.requests())
                    .filteredOn(request -> request.path().startsWith("/api/contacts"))
                    .as("only whether this is the same Mautic is asked")
                    .hasSize(1);
        }
    }
}
