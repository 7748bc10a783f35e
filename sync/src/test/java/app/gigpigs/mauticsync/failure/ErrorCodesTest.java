package app.gigpigs.mauticsync.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.status.RejectedCustomers;
import app.gigpigs.mauticsync.status.StatusReport;
import app.gigpigs.mauticsync.status.StatusRules;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Provokes each error code for real, and looks where it is shown: on the terminal, in JSON, in the run log, in /status. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class ErrorCodesTest {
    /** Codes that are provoked elsewhere, because they need a server, a second Mautic or a list: there the code is asserted. */
    private static final Map<ErrorCode, String> ELSEWHERE = Map.ofEntries(
            Map.entry(ErrorCode.DATABASE_TLS, "failure/DatabaseFailureTest"),
            // A pgbouncer since 1.21 keeps named statements by itself, so that it does not happen with the one at hand.
            Map.entry(ErrorCode.POOLER_PREPARED_STATEMENTS, "failure/DatabaseFailureTest"),
            Map.entry(ErrorCode.DATABASE_ALMOST_FULL, "monitor/AlertRulesTest"),
            Map.entry(ErrorCode.MAUTIC_OTHER, "instance/InstanceSwitchTest"),
            Map.entry(ErrorCode.MAUTIC_ALTERS, "outbound/push/CanaryTest"),
            Map.entry(ErrorCode.SAFETY_LIMIT, "outbound/safety/SafetyLimitTest"),
            Map.entry(ErrorCode.HASH_KEY, "consent/erasure/ErasureTest"),
            Map.entry(ErrorCode.STOPPED, "server/StopTest"),
            Map.entry(ErrorCode.CONTACT_ALTERED, "outbound/push/CanaryTest"),
            Map.entry(ErrorCode.OPT_OUT_MISSING, "outbound/batch/RejectedCallsTest"),
            Map.entry(ErrorCode.SEGMENT_REJECTED, "outbound/segment/SegmentTest"),
            Map.entry(ErrorCode.DELIVERY_NOT_STORED, "inbound/webhook/MauticWebhookTest"),
            Map.entry(ErrorCode.DELIVERY_UNUSABLE, "inbound/inbox/InboxProcessorTest"),
            Map.entry(ErrorCode.CRM_REJECTS_EVENT, "inbound/catchup/CatchUpTest"),
            Map.entry(ErrorCode.MAUTIC_RESTORED, "inbound/engagement/ReissuedIdsTest"),
            Map.entry(ErrorCode.EVENTS_TRUNCATED, "outbound/ReloadedCustomersTest"),
            Map.entry(ErrorCode.SES_REJECTED, "inbound/ses/SesWebhookTest"),
            Map.entry(ErrorCode.CUSTOMER_UNREADABLE, "outbound/OneRowTest"),
            Map.entry(ErrorCode.OPT_OUTS_DELAYED, "monitor/AlertsTest"),
            Map.entry(ErrorCode.TEST, "monitor/AlertsTest"),
            Map.entry(ErrorCode.FILE, "failure/DatabaseFailureTest"),
            Map.entry(ErrorCode.DEFECT, "failure/DatabaseFailureTest"),
            Map.entry(ErrorCode.OUTBOUND_STALE, "status/StatusRulesTest"),
            Map.entry(ErrorCode.INBOUND_STALE, "status/StatusRulesTest"),
            Map.entry(ErrorCode.MANY_REJECTED, "monitor/AlertRulesTest"),
            Map.entry(ErrorCode.WEBHOOK_LOSES, "monitor/AlertRulesTest"),
            Map.entry(ErrorCode.UNSUBSCRIBE_SPIKE, "monitor/AlertRulesTest"),
            Map.entry(ErrorCode.WEBHOOK_UNSIGNED, "inbound/webhook/RejectedDeliveriesTest"),
            Map.entry(ErrorCode.WEBHOOK_MISSING, "status/StatusRulesTest"));

    /** Codes that no test provokes, and why. */
    private static final Map<ErrorCode, String> NOT_PROVOKED = Map.of(
            ErrorCode.EVENTS_LOST, "it would be a defect of this program",
            ErrorCode.ERASURE_WAITS, "erase waits for five minutes");

    private final Scenario world = new Scenario();
    private Program program;
    private Path folder;

    @BeforeEach
    void configure(@TempDir Path folder) {
        this.folder = folder;
        program = new Program(world, folder);
        program.environment.put("SYNC_UNKNOWN_OUTCOME_WAIT", "1s");
        program.environment.put("MAUTIC_REQUEST_TIMEOUT", "2s");
        world.crm.add(1, "a@example.com");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class)
    void a_code_is_provoked_and_shown(ErrorCode code) throws IOException {
        assumeFalse(NOT_PROVOKED.containsKey(code), NOT_PROVOKED.getOrDefault(code, ""));
        String elsewhere = ELSEWHERE.get(code);
        if (elsewhere != null) {
            Path test = Path.of("sync/src/test/java/app/gigpigs/mauticsync", elsewhere + ".java");
            assertThat(Files.readString(test)).as(elsewhere).containsAnyOf(code.name(), code.id());
            return;
        }
        switch (code.id().charAt(3)) {
            case '1' -> database(code);
            case '2' -> mautic(code);
            default -> others(code);
        }
    }

    private void database(ErrorCode code) {
        switch (code) {
            case DATABASE_UNREACHABLE -> environment("SUPABASE_DB_URL", "postgres://u:hush@127.0.0.1:1/db");
            case DATABASE_HOST_UNKNOWN -> environment("SUPABASE_DB_URL", "postgres://u:hush@nobody.invalid/db");
            case DATABASE_LOGIN ->
                environment(
                        "SUPABASE_DB_URL",
                        Postgres.as(world.url, "nobody_of_this_name").jdbc());
            case DATABASE_NAME ->
                environment("SUPABASE_DB_URL", world.url.jdbc().replaceFirst("/test_\\d+", "/no_such_database"));
            case DATABASE_READ_ONLY -> database("set default_transaction_read_only = on");
            case DATABASE_FULL -> {
                environment("SYNC_LISTEN", "127.0.0.1:0");
                fill("mautic_sync.lease");
            }
            case DATABASE_BUSY -> {
                SmallCrm.execute(world.jdbi, "create role busy_" + number() + " login superuser connection limit 0");
                SmallCrm.execute(world.jdbi, "alter role busy_" + number() + " nosuperuser");
                environment(
                        "SUPABASE_DB_URL",
                        Postgres.as(world.url, "busy_" + number()).jdbc());
            }
            case POOLER_PARAMETER -> pooled("&options=-c%20statement_timeout=60000");
            case DATABASE_PERMISSION -> {
                SmallCrm.execute(world.jdbi, "create role poor_" + number() + " login");
                environment(
                        "SUPABASE_DB_URL",
                        Postgres.as(world.url, "poor_" + number()).jdbc());
            }
            case DATABASE_TIMEOUT -> {
                database("set statement_timeout = '300ms'");
                SmallCrm.execute(world.jdbi, """
                        create function public.slowly() returns trigger language plpgsql as $$
                        begin perform pg_sleep(2); return new; end $$;
                        create trigger slowly before insert on public.mautic_sync_logs for each row execute function public.slowly();
                        """);
            }
            case NOT_MIGRATED ->
                environment("SUPABASE_DB_URL", Postgres.emptyDatabase().jdbc());
            case DATABASE_ERROR -> SmallCrm.execute(world.jdbi, """
                    create function public.fails() returns trigger language plpgsql as $$
                    begin raise exception 'not today'; end $$;
                    create trigger fails before insert on public.mautic_sync_logs for each row execute function public.fails();
                    """);
            case MIGRATION_FAILED -> {
                environment("SUPABASE_ADMIN_DB_URL", Postgres.emptyDatabase().jdbc());
                shown(code, program.run("migrate", "--json"));
                return;
            }
            default -> throw new AssertionError("nothing provokes " + code);
        }
        shown(code, program.run("sync", "--json"));
    }

    private void mautic(ErrorCode code) throws IOException {
        switch (code) {
            case MAUTIC_UNREACHABLE -> environment("MAUTIC_URL", "http://127.0.0.1:1");
            case MAUTIC_HOST_UNKNOWN -> environment("MAUTIC_URL", "http://nobody.invalid");
            case MAUTIC_TLS -> {
                try (Plain plain = new Plain()) {
                    environment("MAUTIC_URL", "https://127.0.0.1:" + plain.port());
                    shown(code, program.run("sync", "--json"));
                }
                recorded(code);
                return;
            }
            case MAUTIC_CREDENTIALS -> environment("MAUTIC_CLIENT_SECRET", "wrong");
            case MAUTIC_API_OFF ->
                fields(403, "{\"errors\":[{\"code\":403,\"message\":\"off\",\"type\":\"api_disabled\"}]}");
            case MAUTIC_PERMISSION ->
                fields(403, "{\"errors\":[{\"code\":403,\"message\":\"You do not have access\",\"type\":null}]}");
            case MAUTIC_REDIRECT -> fields(302, "");
            case NOT_MAUTIC -> fields(200, "<html>another application</html>");
            case MAUTIC_ERROR -> fields(500, "{\"errors\":[{\"code\":500,\"message\":\"broken\"}]}");
            case MAUTIC_BLOCKED -> fields(403, "<html>blocked</html>");
            case MAUTIC_CALL -> fields(400, "{\"errors\":[{\"code\":400,\"message\":\"no\"}]}");
            case MAUTIC_SILENT -> {
                // Java's client repeats a GET by itself.
                for (int i = 0; i < 30; i++) {
                    world.mautic.faults().next("GET", "/api/fields/contact", new Fault.CloseAfter());
                }
            }
            case MAUTIC_RATE_LIMIT ->
                world.mautic.faults().next("GET", "/api/fields/contact", new Fault.RateLimited(Duration.ofMinutes(50)));
            case MAUTIC_TOKEN -> {
                for (int i = 0; i < 5; i++) {
                    world.mautic
                            .faults()
                            .next(
                                    "GET",
                                    "/api/fields/contact",
                                    new Fault.Status(401, "{\"errors\":[{\"code\":401,\"message\":\"no\"}]}"));
                }
            }
            case MAUTIC_TABLE -> {
                world.mautic
                        .faults()
                        .next(
                                "GET",
                                "/api/stats/page_hits",
                                new Fault.Status(200, "{\"errors\":[{\"message\":\"no access\"}]}"));
                shown(code, program.run("catch-up", "--json"));
                return;
            }
            case MAUTIC_INCOMPLETE -> {
                world.mautic.removeField("city");
            }
            default -> throw new AssertionError("nothing provokes " + code);
        }
        Ended ended = program.run("sync", "--json");
        shown(code, ended);
        recorded(code);
    }

    private void others(ErrorCode code) throws IOException {
        switch (code) {
            case VIEW_UNUSABLE -> {
                SmallCrm.execute(world.jdbi, "drop view public.customers_crm_v");
                shown(code, program.run("sync", "--json"));
                recorded(code);
            }
            case RUN_LOST -> {
                world.mautic
                        .faults()
                        .next(
                                "GET",
                                "/api/fields/contact",
                                new Fault.Meanwhile(() -> SmallCrm.execute(
                                        world.jdbi, "update mautic_sync.lease set token = token + 1, holder = 'x'")));
                shown(code, program.run("sync", "--json"));
            }
            case RUN_ACTIVE -> {
                try (Lease other = Lease.acquire(world.jdbi, Lease.OUTBOUND, Sleeper.onThread())
                        .orElseThrow()) {
                    assertThat(other.token()).isPositive();
                    shown(code, program.run("sync", "--json"));
                }
            }
            case RUN_DIED -> {
                SmallCrm.execute(
                        world.jdbi,
                        "insert into public.mautic_sync_logs (run_started_at, kind, status, triggered_by) values (now() - interval '1 hour', 'outbound', 'running', 'schedule')");
                world.sync();
                assertThat(program.run("status", "--json")
                                .json()
                                .at("/runs/1/errorCode")
                                .asText())
                        .isEqualTo(code.id());
            }
            case PAUSED -> {
                new PauseSwitch(world.jdbi).pause(Lease.OUTBOUND, "moving");
                shown(code, program.run("sync", "--json"));
            }
            case NO_CUSTOMER ->
                shown(code, program.run("sync", "--customer", SmallCrm.id(99).toString(), "--json"));
            case LIST_UNUSABLE ->
                shown(code, program.run("import-suppressions", file("empty.csv", ""), "--yes", "--json"));
            case OPT_IN_TIME -> {
                environment("SYNC_RECONSENT", "newest-wins");
                SmallCrm.execute(world.jdbi, triggers());
                shown(code, program.run("sync", "--json"));
            }
            case CONFIGURATION -> {
                program.environment.remove("MAUTIC_URL");
                shown(code, program.run("sync", "--json"));
            }
            case ADDRESS_IN_USE -> {
                try (ServerSocket taken = new ServerSocket(0)) {
                    environment("SYNC_LISTEN", "127.0.0.1:" + taken.getLocalPort());
                    assertThat(program.run("serve").err()).contains("mautic-sync: MS-604: cannot listen on");
                }
            }
            case ALERT_NOT_SENT -> {
                environment("SYNC_ALERT_URL", "http://127.0.0.1:1/x");
                assertThat(program.run("alert", "--test").err())
                        .contains("mautic-sync: MS-605: SYNC_ALERT_URL was not");
            }
            default -> customer(code);
        }
    }

    /** What {@code failed} shows of a customer. */
    private void customer(ErrorCode code) {
        switch (code) {
            case ADDRESS_TAKEN -> {
                for (int i = 0; i < 4; i++) {
                    item(422, "email: already used");
                }
            }
            case DUPLICATE_CONTACTS -> {
                world.mautic.addContact(Map.of("email", "a@example.com"));
                world.mautic.addContact(Map.of("email", "a@example.com"));
            }
            case VALUE_REJECTED -> item(400, "no");
            case ADDRESS_ALTERED ->
                world.mautic
                        .faults()
                        .next(
                                "POST",
                                "/api/contacts/batch/new",
                                new Fault.Status(
                                        201,
                                        "{\"contacts\":{\"0\":{\"id\":77,\"fields\":{\"all\":{\"id\":77,\"email\":\"b@example.com\"}}}},\"statusCodes\":{\"0\":201}}"));
            case CONTACT_CHANGED -> {
                world.sync();
                world.crm.set(SmallCrm.id(1), "suburb", "Perth");
                world.mautic
                        .faults()
                        .next(
                                "PATCH",
                                "/api/contacts/batch/edit",
                                new Fault.Status(
                                        200,
                                        "{\"contacts\":{\"0\":{\"id\":78,\"fields\":{\"all\":{\"id\":78,\"email\":\"a@example.com\"}}}},\"statusCodes\":{\"0\":200}}"));
            }
            case CUSTOMER_UNDONE -> {
                world.mautic.addContact(Map.of("email", "a@example.com", "city", "Hobart"));
                world.sync();
                assertThat(program.run("undo", world.lastRun().toString()).code())
                        .isZero();
            }
            default -> throw new AssertionError("nothing provokes " + code);
        }
        if (code != ErrorCode.CUSTOMER_UNDONE) {
            assertThat(program.run("sync").code()).isEqualTo(3);
        }
        assertThat(new RejectedCustomers(world.jdbi).list(10))
                .singleElement()
                .satisfies(one -> assertThat(one.reason().code()).isEqualTo(code.id()));
        assertThat(program.run("failed", "--json")
                        .json()
                        .at("/rejected/0/errorCode")
                        .asText())
                .isEqualTo(code.id());
        assertThat(program.run("failed").out()).contains(": " + code.id() + ": ");
    }

    private void item(int status, String message) {
        world.mautic
                .faults()
                .next(
                        "POST",
                        "/api/contacts/batch/new",
                        new Fault.Status(
                                201,
                                "{\"contacts\":[],\"errors\":{\"0\":{\"code\":" + status + ",\"message\":\"" + message
                                        + "\"}},\"statusCodes\":{\"0\":" + status + "}}"));
    }

    private static void shown(ErrorCode code, Ended ended) {
        assertThat(ended.json().get("errorCode").asText()).as(ended.err()).isEqualTo(code.id());
        assertThat(ended.err()).contains("mautic-sync: " + code.id() + ": ");
        assertThat(ended.err()).doesNotContain("\tat ", "hush");
        assertThat(ended.code())
                .isEqualTo(
                        code == ErrorCode.RUN_ACTIVE || code == ErrorCode.PAUSED
                                ? 3
                                // catch-up has one code for all its failures.
                                : code.fix() == ErrorCode.Fix.CONFIGURE && code != ErrorCode.MAUTIC_TABLE ? 2 : 1);
    }

    /** In the run log, and as a problem of the state, from which the alerts come. */
    private void recorded(ErrorCode code) {
        assertThat(Rows.one(world.jdbi, "select error_details ->> 'errorCode' from public.mautic_sync_logs"))
                .isEqualTo(code.id());
        StatusReport report = StatusReport.of(world.jdbi, CrmNames.DEFAULT);
        assertThat(new StatusRules(Duration.ofHours(1), 1).problems(report, Instant.now()))
                .extracting(Failure::code)
                .contains(code);
        assertThat(new StatusRules(Duration.ofHours(1), 2)
                        .problems(report, Instant.now()).stream().anyMatch(problem -> problem.code() == code))
                .isEqualTo(code.needsPerson());
    }

    /** A server that does not speak TLS. */
    private static final class Plain implements AutoCloseable {
        private final ServerSocket listening;

        private Plain() throws IOException {
            listening = new ServerSocket(0);
            Thread serving = new Thread(this::serve, "plain");
            serving.setDaemon(true);
            serving.start();
        }

        private void serve() {
            while (!listening.isClosed()) {
                try (Socket client = listening.accept()) {
                    client.getInputStream().read(new byte[5]);
                    client.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // The next client, or the end.
                    assertThat(e).isNotNull();
                }
            }
        }

        private int port() {
            return listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    private void environment(String name, String value) {
        program.environment.put(name, value);
    }

    private void fields(int status, String body) {
        for (int i = 0; i < 5; i++) {
            world.mautic.faults().next("GET", "/api/fields/contact", new Fault.Status(status, body));
        }
    }

    /** For all new connections to this world's database. */
    private void database(String change) {
        SmallCrm.execute(
                world.jdbi,
                "do $$ begin execute format('alter database %I " + change.replace("'", "''")
                        + "', current_database()); end $$");
    }

    private void pooled(String parameter) {
        Optional<String> url = Postgres.pooled(world.url).map(through -> through.jdbc() + parameter);
        assumeFalse(url.isEmpty(), "there is no pgbouncer");
        environment("SUPABASE_DB_URL", url.orElseThrow());
    }

    /** The file of a table is on a device that has no room: the system says so at the next row. */
    private void fill(String table) {
        SmallCrm.execute(world.jdbi, "truncate " + table);
        String file = Rows.one(
                world.jdbi, "select current_setting('data_directory') || '/' || pg_relation_filepath('" + table + "')");
        try {
            Files.delete(Path.of(file));
            Files.createSymbolicLink(Path.of(file), Path.of("/dev/full"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private String number() {
        return world.url.jdbc().replaceFirst(".*/test_(\\d+).*", "$1");
    }

    private static String triggers() {
        return """
                do $$ declare t record; begin
                  for t in select tgname, tgrelid::regclass as rel from pg_trigger where not tgisinternal and tgname like 'mautic_sync%'
                  loop execute format('drop trigger %I on %s', t.tgname, t.rel); end loop;
                end $$
                """;
    }
}
