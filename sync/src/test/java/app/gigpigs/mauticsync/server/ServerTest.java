package app.gigpigs.mauticsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.RunningServer;
import app.gigpigs.mauticsync.app.ServerWiring;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import app.gigpigs.mauticsync.testing.TcpProxy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The serve process: schedule, triggers, health endpoints and shutdown. */
@SuppressWarnings("try") // it serves, and that is all
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class ServerTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Scenario world = new Scenario();
    private final Map<String, String> environment = world.variables();

    @BeforeEach
    void configure() {
        environment.put("SYNC_UNKNOWN_OUTCOME_WAIT", "1s");
        world.crm.add(1, "a@example.com");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private RunningServer serve() {
        return ServerWiring.start(new Config(environment).serve());
    }

    @Test
    void it_runs_at_once_and_again_by_its_schedule() {
        environment.put("SYNC_SCHEDULE", "1s");
        try (RunningServer serving = serve()) {
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
            world.crm.add(2, "b@example.com");
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 2);
        }
        assertThat(Rows.of(
                        world.jdbi,
                        "select distinct triggered_by from public.mautic_sync_logs where kind = 'outbound'"))
                .containsExactly("schedule");
    }

    @Test
    void customers_whose_write_is_certainly_over_do_not_wait_for_the_schedule() {
        environment.put("SYNC_SCHEDULE", "1h");
        environment.put("SYNC_UNKNOWN_OUTCOME_WAIT", "4s");
        world.mautic.faults().next("POST", "/api/contacts/batch/new", new Fault.HtmlPage(504));
        try (RunningServer serving = serve()) {
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
        }
        assertThat(Rows.of(
                        world.jdbi,
                        "select status from public.mautic_sync_logs where kind = 'outbound' order by run_started_at"))
                .containsExactly("done", "done");
    }

    @Test
    void a_run_begins_when_it_is_asked_for_with_the_token_and_the_schedule_goes_on() throws Exception {
        environment.put("SYNC_SCHEDULE", "1h");
        environment.put("SYNC_TRIGGER_TOKEN", "a token of thirty-two characters");
        try (RunningServer serving = serve()) {
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
            world.crm.add(2, "b@example.com");

            assertThat(wake(serving, "Bearer a token of thirty-two characterz")).isEqualTo(401);
            assertThat(wake(serving, "a token of thirty-two characters")).isEqualTo(401);
            assertThat(Rows.of(world.jdbi, "select id::text from mautic_sync.refresh_signal"))
                    .isEmpty();
            assertThat(wake(serving, "Bearer a token of thirty-two characters")).isEqualTo(202);

            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 2);
        }
        assertThat(new RefreshSignal(world.jdbi).usedWithin(Duration.ofHours(1)))
                .isFalse();
    }

    @Test
    void without_a_token_runs_cannot_be_triggered() throws Exception {
        try (RunningServer serving = serve()) {
            assertThat(wake(serving, "Bearer ")).isEqualTo(401);
            assertThat(wake(serving, "Bearer null")).isEqualTo(401);
        }
    }

    private static int wake(RunningServer serving, String authorization) throws Exception {
        URI url = URI.create("http://127.0.0.1:" + serving.port() + "/functions/v1/mautic-sync");
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void a_signalled_refresh_triggers_a_run_and_suspends_the_schedule() {
        environment.put("SYNC_SCHEDULE", "1s");
        SmallCrm.execute(world.jdbi, "insert into mautic_sync.refresh_signal (state) values ('processed')");
        try (RunningServer serving = serve()) {
            await().atMost(TIMEOUT)
                    .until(() -> Rows.of(
                                            world.jdbi,
                                            "select task_name from mautic_sync.scheduled_tasks where task_name = 'outbound' and version > 6")
                                    .size()
                            == 1);
            assertThat(Rows.of(world.jdbi, "select id::text from public.mautic_sync_logs"))
                    .as("runs on the schedule while refreshes are signalled")
                    .isEmpty();

            SmallCrm.execute(world.jdbi, "insert into mautic_sync.refresh_signal default values");
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
        }
        assertThat(Rows.of(world.jdbi, "select triggered_by from public.mautic_sync_logs"))
                .containsExactly("refresh");
        assertThat(Rows.of(world.jdbi, "select id::text from mautic_sync.refresh_signal where state = 'pending'"))
                .isEmpty();
    }

    @Test
    void a_refresh_whose_run_failed_is_followed_by_another_run_without_a_new_signal() {
        environment.put("SYNC_SCHEDULE", "1s");
        world.mautic.faults().apiDisabled(true);
        SmallCrm.execute(world.jdbi, "insert into mautic_sync.refresh_signal default values");
        try (RunningServer serving = serve()) {
            await().atMost(TIMEOUT)
                    .until(() -> !Rows.of(
                                    world.jdbi,
                                    "select id::text from public.mautic_sync_logs where kind = 'outbound' and status = 'failed'")
                            .isEmpty());
            world.mautic.faults().apiDisabled(false);
            await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
        }
        assertThat(Rows.of(world.jdbi, "select id::text from mautic_sync.refresh_signal where state = 'pending'"))
                .isEmpty();
    }

    @Test
    void a_signed_webhook_reaches_the_crm_and_an_unsigned_one_is_rejected() throws Exception {
        environment.put("MAUTIC_WEBHOOK_SECRET", "hush");
        SmallCrm.execute(
                world.jdbi,
                "insert into public.mautic_sync_status (customer_id, mautic_contact_id) values ('" + SmallCrm.id(1)
                        + "', 77)");
        String body =
                "{\"mautic.lead_channel_subscription_changed\":[{\"contact\":{\"id\":77,\"fields\":{},\"doNotContact\":[{\"id\":5,\"reason\":1,\"comments\":\"\",\"channel\":\"email\"}]},\"channel\":\"email\",\"old_status\":\"contactable\",\"new_status\":\"unsubscribed\",\"timestamp\":\"2026-11-24T10:00:00+00:00\"}]}";
        try (RunningServer serving = serve()) {
            assertThat(post(serving, body, "wrong").statusCode()).isEqualTo(401);
            assertThat(post(serving, body, "hush").statusCode()).isEqualTo(204);
            await().atMost(TIMEOUT)
                    .until(() -> Rows.of(
                                            world.jdbi,
                                            "select id::text from public.customer_profiles where marketing_opt_in is false")
                                    .size()
                            == 1);
        }
        assertThat(Rows.of(world.jdbi, "select event_type from public.customer_email_engagement"))
                .containsExactly("unsubscribe");
    }

    private static HttpResponse<String> post(RunningServer serving, String body, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        URI uri = URI.create("http://127.0.0.1:" + serving.port() + "/webhooks/mautic");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .header("Webhook-Signature", signature)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void the_health_endpoints_report_the_state() throws Exception {
        try (RunningServer serving = serve()) {
            assertThat(get(serving, "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(serving, "/readyz").statusCode()).isEqualTo(200);
            await().atMost(TIMEOUT).until(() -> get(serving, "/status").statusCode() == 200);
            JsonNode status =
                    new ObjectMapper().readTree(get(serving, "/status").body());
            assertThat(status.at("/status").asText()).isEqualTo("ok");
            assertThat(status.at("/problems").size()).isZero();
            assertThat(status.at("/outbound/lastGoodRun").asText()).startsWith("20");
            assertThat(status.at("/outbound/lastRun/status").asText()).isEqualTo("done");
            assertThat(status.at("/outbound/nextRun").asText()).startsWith("20");
            assertThat(status.at("/customers/synced").asInt()).isEqualTo(1);
            assertThat(status.at("/process/deliveries/accepted").asInt()).isZero();
            assertThat(status.at("/process/failing").size()).isZero();
            await().atMost(TIMEOUT).until(() -> get(serving, "/status").body().contains("\"caughtUp\":\"20"));
            world.jdbi.useHandle(handle ->
                    handle.execute("update mautic_sync.catch_up_cursor set completed_at = now() - interval '2 hours'"));
            assertThat(get(serving, "/status").statusCode()).isEqualTo(503);
            assertThat(get(serving, "/status").body()).contains("\"errorCode\":\"MS-409\"");
        }
    }

    @Test
    void the_public_port_has_no_more_than_it_needs_and_the_other_one_none_of_it() throws Exception {
        try (RunningServer serving = serve()) {
            for (String path : List.of("/", "/readyz", "/status", "/metrics", "/nothing", "/healthz/x")) {
                assertThat(get(serving.port(), path).statusCode()).as(path).isEqualTo(404);
            }
            for (String path :
                    List.of("/webhooks/mautic", "/functions/v1/mautic-webhook", "/functions/v1/mautic-sync")) {
                assertThat(get(serving.port(), path).statusCode()).as(path).isEqualTo(405);
                assertThat(get(serving.administrationPort(), path).statusCode())
                        .as(path)
                        .isEqualTo(404);
            }
            assertThat(get(serving.port(), "/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_sync_that_never_succeeded_is_reported_as_stale() throws Exception {
        environment.put("MAUTIC_CLIENT_SECRET", "wrong");
        environment.put("SYNC_SCHEDULE", "1s");
        try (RunningServer serving = serve()) {
            await().atMost(TIMEOUT)
                    .until(() -> !Rows.of(
                                    world.jdbi, "select status from public.mautic_sync_logs where status = 'failed'")
                            .isEmpty());
            assertThat(get(serving, "/status").statusCode()).isEqualTo(503);
            assertThat(get(serving, "/status").body())
                    .contains("\"errorCode\":\"MS-204\"", "check MAUTIC_CLIENT_ID", "\"errorCode\":\"MS-309\"");
            assertThat(get(serving, "/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_lost_database_is_reported_and_runs_continue_when_it_returns() throws Exception {
        environment.put("SYNC_SCHEDULE", "1s");
        int port = URI.create(world.url.jdbc().substring("jdbc:".length())).getPort();
        try (TcpProxy proxy = new TcpProxy("127.0.0.1", port, TcpProxy.Watcher.NONE)) {
            environment.put(
                    "SUPABASE_DB_URL",
                    new DatabaseUrl(
                                    world.url.jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + proxy.port() + "/"),
                                    world.url.user(),
                                    world.url.password())
                            .jdbc());
            try (RunningServer serving = serve()) {
                await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 1);
                proxy.breakOff();
                assertThat(get(serving, "/readyz").statusCode()).isEqualTo(503);
                assertThat(get(serving, "/status").statusCode()).isEqualTo(503);
                assertThat(get(serving, "/status").body()).contains("\"errorCode\":\"MS-1");
                proxy.fix();
                world.crm.add(2, "b@example.com");
                await().atMost(TIMEOUT).until(() -> world.mautic.contacts().size() == 2);
                assertThat(get(serving, "/readyz").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_stopped_process_ends_after_the_batch_in_flight_and_leaves_nothing_open() throws Exception {
        for (int i = 2; i <= 60; i++) {
            world.crm.add(i, "c" + i + "@example.com");
        }
        world.mautic.latency(Duration.ofMillis(30));
        environment.put("SYNC_BATCH_SIZE", "10");
        environment.put("SYNC_CONCURRENCY", "1");
        try (ServeProcess process = ServeProcess.start(environment)) {
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(world.mautic.contacts())
                            .as("contacts, while it logged: %s", process.err())
                            .hasSizeGreaterThan(5));

            process.stop();

            assertThat(process.ended(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(world.mautic.contacts()).hasSizeLessThan(60);
        assertThat(Rows.one(world.jdbi, "select error_details ->> 'error' from public.mautic_sync_logs"))
                .contains("being stopped");
        assertThat(Rows.of(
                        world.jdbi,
                        "select customer_id::text from public.mautic_sync_status where in_flight_until is not null"))
                .isEmpty();
        world.mautic.latency(Duration.ZERO);
        assertThat(world.sync().outcomeUnknown()).isZero();
        assertThat(world.mautic.contacts()).hasSize(60);
    }

    private static HttpResponse<String> get(RunningServer serving, String path) throws Exception {
        return get(path.equals("/healthz") ? serving.port() : serving.administrationPort(), path);
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void the_server_catches_up_on_lost_webhooks_also_after_mautic_was_unreachable() {
        environment.put("SYNC_CATCH_UP_EVERY", "1s");
        long contact = world.mautic.addContact(Map.of("email", "a@example.com"));
        long email = world.mautic.mails().create("News", "Hello");
        long stat = world.mautic.mails().sendToContact(email, contact);
        world.mautic.people().click(stat, "https://example.test/");

        try (RunningServer serving = serve()) {
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(events("click")).isEqualTo("1"));
            world.mautic.faults().apiDisabled(true);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(caughtUp("failed")).isNotEqualTo("0"));
            world.mautic.people().click(stat, "https://example.test/");
            world.mautic.faults().apiDisabled(false);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(events("click")).isEqualTo("2"));
        }
    }

    private String events(String type) {
        return Rows.one(world.jdbi, "select count(*) from public.customer_email_engagement where event_type = ?", type);
    }

    private String caughtUp(String status) {
        return Rows.one(
                world.jdbi,
                "select count(*) from public.mautic_sync_logs where kind = 'catch_up' and status = ?",
                status);
    }
}
