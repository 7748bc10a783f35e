package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import app.gigpigs.mauticsync.testing.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** After any fault of Mautic or the network, every customer has exactly one contact with the right values. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class FaultTest {
    private static final int CUSTOMERS = 25;
    private static final String CREATE = "/api/contacts/batch/new";
    private static final String EDIT = "/api/contacts/batch/edit";

    private final Scenario world = new Scenario();

    @BeforeEach
    void customers() {
        for (int i = 1; i <= CUSTOMERS; i++) {
            world.crm.add(i, Map.of("email", "c" + i + "@example.com", "customer_segments", "{vip}"));
        }
    }

    @AfterEach
    void close() {
        world.close();
    }

    static List<Fault> lostResponses() {
        return List.of(
                new Fault.CloseBefore(),
                new Fault.CloseAfter(),
                new Fault.CutAnswer(),
                new Fault.HtmlPage(504),
                new Fault.HtmlPage(502));
    }

    @ParameterizedTest
    @MethodSource("lostResponses")
    void a_create_whose_response_is_lost_is_looked_up_and_not_repeated(Fault fault) {
        world.mautic.faults().next("POST", CREATE, fault);

        world.syncUntilNothingIsOpen();

        assertOneContactPerCustomer();
    }

    @ParameterizedTest
    @MethodSource("lostResponses")
    void an_update_whose_response_is_lost_is_looked_up_or_resent_after_its_wait(Fault fault) {
        world.sync();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Newtown'");
        world.mautic.faults().next("PATCH", EDIT, fault);

        world.syncUntilNothingIsOpen();

        assertOneContactPerCustomer();
        assertThat(world.mautic.contacts()).allMatch(contact -> "Newtown".equals(contact.text("city")));
    }

    @Test
    void a_batch_that_outlasts_the_timeout_is_not_sent_again_while_it_runs() {
        world.mautic.faults().next("POST", CREATE, new Fault.Slow(Duration.ofSeconds(2)));
        MauticSettings shortTimeout = new MauticSettings(
                world.mautic.baseUri(), world.mauticSettings().credentials(), Duration.ofSeconds(1));
        OutboundSettings settings = new OutboundSettings(
                Mapping.DEFAULT, Scenario.settings().push(), SafetySettings.DEFAULT, Duration.ofSeconds(3));

        Scenario.counts(world.run(SyncMode.CHANGED, settings, shortTimeout));
        world.syncUntilNothingIsOpen();

        assertOneContactPerCustomer();
    }

    @Test
    void rows_whose_wait_ends_during_a_run_are_sent_in_the_same_run() {
        SmallCrm.execute(
                world.jdbi,
                "insert into public.mautic_sync_status (customer_id, in_flight_until) select id, now() + interval '1 second' from public.customer_profiles where email = 'c1@example.com'");
        world.mautic.faults().next("POST", CREATE, new Fault.Slow(Duration.ofSeconds(2)));

        world.sync();

        assertOneContactPerCustomer();
    }

    @Test
    void a_run_that_died_after_sending_is_finished_by_the_next_one() {
        CustomerId first = SmallCrm.id(1);
        world.mautic.addContact(Map.of("email", "c1@example.com", "supabase_id", first.toString()));
        SmallCrm.execute(
                world.jdbi,
                "insert into public.mautic_sync_status (customer_id, in_flight_until) select id, now() - interval '1 second' from public.customer_profiles where email = 'c1@example.com'");

        RunCounts counts = world.sync();

        assertThat(counts.updated()).isEqualTo(1);
        assertThat(counts.created()).isEqualTo(CUSTOMERS - 1);
        assertOneContactPerCustomer();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429})
    void a_transient_error_is_retried(int status) {
        world.mautic.faults().next("POST", CREATE, new Fault.Status(status, "{\"errors\":[{\"message\":\"no\"}]}"));

        assertThat(world.sync().created()).isEqualTo(CUSTOMERS);
    }

    @Test
    void a_contact_that_fails_every_batch_is_found_by_halving_and_named() {
        CustomerId poison = SmallCrm.id(13);
        world.crm.set(poison, "email", "poison@example.com");
        long conflict = world.mautic.addContact(Map.of("email", "x@example.com", "supabase_id", poison.toString()));
        world.mautic.setValue(conflict, "firstname", "nul\0");
        world.mautic.poison(conflict);

        RunCounts counts = world.sync();

        assertThat(counts.rejected()).isEqualTo(1);
        assertThat(world.status(poison, "sync_error")).contains("500");
        assertThat(counts.created()).isEqualTo(CUSTOMERS - 1);
    }

    @Test
    void a_lowered_batch_limit_costs_halving_and_nothing_else() {
        world.mautic.faults().batchLimit(10);

        RunCounts counts = world.sync();

        assertThat(counts.created()).isEqualTo(CUSTOMERS);
        assertThat(world.mautic.requests().stream()
                        .filter(request -> request.path().equals(CREATE)))
                .hasSizeLessThan(8);
        assertOneContactPerCustomer();
    }

    @Test
    void a_token_revoked_in_the_middle_is_renewed_once() {
        world.sync();
        world.mautic.revokeTokens();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Newtown'");

        assertThat(world.sync().updated()).isEqualTo(CUSTOMERS);
    }

    @Test
    void a_failure_between_contact_and_segments_is_repaired_from_the_real_membership() {
        world.mautic.addSegment("VIP Customers", "vip-customers", "[]");
        for (int i = 0; i < 3; i++) {
            world.mautic.faults().next("POST", "/api/segments/1/contacts/add", new Fault.Status(500, "{}"));
        }
        RunResult first = world.run(SyncMode.CHANGED);
        assertThat(first).isInstanceOf(RunResult.Stopped.class);
        assertThat(Rows.one(world.jdbi, "select status from public.mautic_sync_logs"))
                .isEqualTo("failed");

        world.sync();

        assertOneContactPerCustomer();
        assertThat(world.mautic.segmentMembers("vip-customers")).hasSize(CUSTOMERS);
    }

    @Test
    void a_mautic_that_only_returns_errors_stops_the_run_after_few_requests() {
        for (int i = 0; i < 500; i++) {
            world.mautic.faults().next("POST", CREATE, new Fault.Status(500, "{}"));
        }

        assertThat(world.run(SyncMode.CHANGED)).isInstanceOf(RunResult.Stopped.class);
        assertThat(world.mautic.requestCount()).isLessThan(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void a_mautic_that_accepts_no_more_calls_stops_the_run_and_no_customer_is_rejected(int status) {
        for (int i = 0; i < 20; i++) {
            world.mautic
                    .faults()
                    .next("POST", CREATE, new Fault.Status(status, "{\"errors\":[{\"message\":\"later\"}]}"));
        }

        RunResult result = world.run(SyncMode.CHANGED);

        assertThat(result).isInstanceOf(RunResult.Stopped.class);
        assertThat(((RunResult.Stopped) result).failure().message()).contains(status + "): later");
        assertThat(Rows.of(world.jdbi, "select sync_error from public.mautic_sync_status where state = 'rejected'"))
                .isEmpty();
    }

    @Test
    void a_run_that_lost_its_lease_while_it_looked_contacts_up_creates_none() throws Exception {
        world.mautic.faults().next("GET", "/api/contacts", new Fault.Slow(Duration.ofSeconds(1)));
        Thread other = new Thread(() -> {
            await().until(() -> world.mautic.requests().stream()
                    .anyMatch(request -> request.path().equals("/api/contacts")));
            SmallCrm.execute(world.jdbi, "update mautic_sync.lease set holder = 'another', token = token + 1");
        });
        other.start();

        RunResult result = world.run(SyncMode.CHANGED);
        other.join();

        assertThat(result).isInstanceOf(RunResult.Stopped.class);
        assertThat(((RunResult.Stopped) result).failure().message()).contains("another run took over");
        assertThat(world.mautic.contacts()).isEmpty();
    }

    @Test
    void a_customer_deleted_while_it_was_sent_leaves_a_tombstone_with_its_contact() throws Exception {
        world.mautic.latency(Duration.ofMillis(40));
        Thread clerk = new Thread(() -> {
            await().until(() -> world.mautic.requests().stream()
                    .anyMatch(request ->
                            request.path().equals(CREATE) && request.body().contains("c" + CUSTOMERS + "@")));
            world.crm.delete(SmallCrm.id(CUSTOMERS));
        });
        clerk.start();

        world.sync();
        clerk.join();
        world.sync();

        long contact = world.contact("c" + CUSTOMERS + "@example.com").id();
        assertThat(Rows.of(world.jdbi, "select mautic_contact_id::text from mautic_sync.deleted_customer"))
                .containsExactly(String.valueOf(contact));
        assertThat(world.mautic.segmentMembers("vip-customers"))
                .hasSize(CUSTOMERS - 1)
                .doesNotContain(contact);
    }

    @Test
    void a_short_rate_limit_is_waited_for() {
        world.mautic.faults().next("POST", CREATE, new Fault.RateLimited(Duration.ofSeconds(2)));

        assertThat(world.sync().created()).isEqualTo(CUSTOMERS);
    }

    @Test
    void a_long_rate_limit_stops_the_run_and_no_customer_is_rejected() {
        world.mautic.faults().next("POST", CREATE, new Fault.RateLimited(Duration.ofMinutes(50)));

        assertThat(world.run(SyncMode.CHANGED)).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
            assertThat(stopped.failure().code()).isEqualTo(ErrorCode.MAUTIC_RATE_LIMIT);
            assertThat(stopped.failure().message()).contains("429").contains("api_rate_limiter_limit");
            assertThat(stopped.report().counts().rejected()).isZero();
        });
        world.syncUntilNothingIsOpen();
        assertOneContactPerCustomer();
    }

    @Test
    void a_contact_that_got_another_id_or_was_deleted_is_linked_again() {
        world.sync();
        long removed = world.contact("c1@example.com").id();
        world.mautic.deleteContact(removed);
        world.mautic.addContact(
                4711,
                Map.of("email", "c1@example.com", "supabase_id", SmallCrm.id(1).toString()));
        world.mautic.deleteContact(world.contact("c2@example.com").id());
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Perth'");

        assertThat(world.sync().synced()).isEqualTo(CUSTOMERS);

        assertThat(world.status(SmallCrm.id(1), "mautic_contact_id")).isEqualTo("4711");
        assertThat(world.contact("c2@example.com").text("city")).isEqualTo("Perth");
        assertOneContactPerCustomer();
    }

    @Test
    void after_a_lost_database_connection_the_next_run_completes_the_sync() {
        int port = URI.create(world.url.jdbc().substring("jdbc:".length())).getPort();
        AtomicInteger messages = new AtomicInteger();
        AtomicReference<TcpProxy> line = new AtomicReference<>();
        TcpProxy.Watcher breaker = new TcpProxy.Watcher() {
            @Override
            public void before() {
                if (messages.incrementAndGet() == 40) {
                    line.get().breakOff();
                    line.get().fix();
                }
            }

            @Override
            public void after() {}
        };
        try (TcpProxy proxy = new TcpProxy("127.0.0.1", port, breaker)) {
            line.set(proxy);
            DatabaseUrl url = new DatabaseUrl(
                    world.url.jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + proxy.port() + "/"),
                    "postgres",
                    "postgres");
            try (Database database = Database.open(url, 4)) {
                world.with(client -> new OutboundRun(
                                database.jdbi(),
                                client,
                                Scenario.settings(),
                                new RunEnvironment(Sleeper.onThread(), new Random(1), Progress.NONE, StopSignal.NEVER))
                        .run(RunRequest.of(SyncMode.CHANGED)));
            }
        }
        assertThat(messages.get()).isGreaterThan(40);
        SmallCrm.execute(world.jdbi, "update mautic_sync.lease set expires_at = now() - interval '1 second'");
        world.syncUntilNothingIsOpen();

        assertOneContactPerCustomer();
    }

    /** Ten kinds of failure, at random but the same each time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void after_random_faults_every_customer_has_exactly_one_contact(long seed) {
        world.mautic.faults().atRandom(seed, 0.12);
        for (int i = 0; i < 4; i++) {
            world.run(SyncMode.CHANGED);
            SmallCrm.execute(
                    world.jdbi, "update public.customer_profiles set total_orders = coalesce(total_orders, 0) + 1");
            world.letPausesPass();
        }
        world.mautic.faults().atRandom(seed, 0);
        world.letPausesPass();

        world.syncUntilNothingIsOpen();

        assertOneContactPerCustomer();
        assertThat(world.mautic.contacts()).allMatch(contact -> "4".equals(contact.text("total_orders")));
        assertThat(world.mautic.segmentMembers("vip-customers")).hasSize(CUSTOMERS);
        assertThat(world.sync().unchanged()).isEqualTo(CUSTOMERS);
    }

    private void assertOneContactPerCustomer() {
        assertThat(world.mautic.contacts()).hasSize(CUSTOMERS);
        assertThat(world.mautic.contacts().stream()
                        .map(contact -> contact.text("email"))
                        .distinct())
                .hasSize(CUSTOMERS);
        assertThat(
                        Rows.one(
                                world.jdbi,
                                "select count(*) from public.mautic_sync_status where state = 'synced' and in_flight_until is null"))
                .isEqualTo(String.valueOf(CUSTOMERS));
        RunCounts next = world.sync();
        assertThat(next.synced() + next.rejected() + next.outcomeUnknown()).isZero();
    }
}
