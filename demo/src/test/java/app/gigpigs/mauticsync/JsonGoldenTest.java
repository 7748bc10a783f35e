package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.RunningServer;
import app.gigpigs.mauticsync.app.ServerWiring;
import app.gigpigs.mauticsync.demo.DemoMain;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shape of all JSON that the program prints, from one run of every command. */
class JsonGoldenTest {
    private static final String SECRET = "hush";
    private static final Duration TIMEOUT = Duration.ofSeconds(40);

    private final Scenario world = new Scenario();
    private final MauticSimulator other = MauticSimulator.start(SimulatorSettings.defaults());
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> shapes = new TreeMap<>();
    private final TreeSet<String> asked = new TreeSet<>();

    @TempDir
    private Path folder;

    private Program program;
    private long news;

    @BeforeEach
    void configure() {
        program = new Program(world, folder, DemoMain::commandLine);
        program.environment.put("MAUTIC_SYNC_HASH_KEY", "a key of thirty-two characters ..");
        program.environment.put("MAUTIC_WEBHOOK_SECRET", SECRET);
        program.environment.put("SYNC_LISTEN", "127.0.0.1:0");
        program.environment.put("SYNC_ADMIN_LISTEN", "127.0.0.1:0");
        news = world.mautic.mails().create("News", "Hello");
    }

    @AfterEach
    void close() {
        other.close();
        world.close();
    }

    @Test
    void the_shape_of_all_json_is_what_it_was() throws Exception {
        the_first_push();
        events_are_received();
        what_differs_is_found();
        runs_are_steered();
        a_person_is_erased_and_a_list_imported();
        the_installation_is_examined();
        the_instance_is_switched();
        the_samples_need_no_configuration();

        List<String> able = CommandHelp.commands().stream()
                .filter(command -> CommandHelp.of(command).contains("--json"))
                .toList();
        assertThat(asked).as("commands with --json").containsExactlyInAnyOrderElementsOf(able);
        Golden.check("json", shapes);
    }

    private void the_first_push() throws IOException {
        world.crm.add(1, customer("a@example.com", Map.of("suburb", "Perth")));
        world.crm.add(2, customer("twin@example.com", Map.of()));
        world.crm.add(3, new HashMap<>(Map.of("first_name", "Nobody")));
        world.crm.add(4, customer("long@example.com", Map.of("suburb", "x".repeat(300), "country", "Atlantis")));
        world.crm.add(5, customer("a@example.com", Map.of()));
        world.crm.add(6, customer("f@example.com", Map.of("customer_segments", "{VIP Customers}")));
        world.crm.add(7, customer("g@example.com", Map.of("marketing_opt_in", "false")));
        world.mautic.addContact(Map.of("email", "twin@example.com"));
        world.mautic.addContact(Map.of("email", "twin@example.com"));
        world.mautic.doNotContact(world.mautic.addContact(Map.of("email", "f@example.com", "city", "Hobart")), 2);

        record("sync-dry-run", "sync", "--dry-run");
        record("plan", "plan");
        record("plan-against-mautic", "plan", "--against-mautic");
        record("sync", "sync");
        record("failed", "failed");
        record("status-after-the-first-push", "status");
    }

    private static Map<String, String> customer(String email, Map<String, String> more) {
        Map<String, String> values = new HashMap<>(more);
        values.put("email", email);
        return values;
    }

    private void events_are_received() throws Exception {
        long contact = world.contact("a@example.com").id();
        for (int mail = 0; mail < 2; mail++) {
            long stat = world.mautic.mails().sendToContact(news, contact);
            world.mautic.people().open(stat);
            world.mautic.people().click(stat, "https://example.com/shop");
        }
        record("catch-up", "catch-up");
        world.mautic
                .faults()
                .next("GET", "/api/stats/page_hits", new Fault.Status(200, "{\"errors\":[{\"message\":\"no\"}]}"));
        record("catch-up-failed", "catch-up", "--full");
        serving();
        record("inbox", "inbox");
        record("replay", "replay", "--from", "2020-01-01T00:00:00Z");
        record("explain", "explain", "a@example.com");
        world.mautic.addContact(Map.of("email", "unlinked@example.com"));
        record("explain-a-contact-without-a-customer", "explain", "unlinked@example.com");
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_email_engagement (customer_id, event_type, occurred_at, mautic_email_id, campaign_name)"
                        + " select '" + SmallCrm.id(1)
                        + "', 'unsubscribe', now(), '77', 'News' from generate_series(1, 30)");
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_email_engagement (customer_id, event_type, occurred_at, mautic_contact_id)"
                        + " values ('" + SmallCrm.id(7) + "', 'resubscribe', now() + interval '1 hour', 7)");
        record("consent", "consent");
        record("consent-of-an-address", "consent", "g@example.com");
        SmallCrm.execute(world.jdbi, """
                insert into mautic_sync.consent_ledger (address, reason, source, said_at, crm_state)
                values ('a@example.com', 'bounced', 'import', now(), 'not_needed')
                """);
        record(
                "consent-allow",
                "consent",
                "--allow",
                "--file",
                Files.writeString(folder.resolve("again.txt"), "a@example.com\ng@example.com\n")
                        .toString(),
                "--by",
                "Bob Lee",
                "--why",
                "confirmed by letter",
                "--yes");
        record("consent-of-an-address-that-was-allowed", "consent", "a@example.com");
    }

    /** One delivery that is applied, and one that is unreadable. */
    private void serving() throws Exception {
        try (RunningServer serving = ServerWiring.start(new Config(program.environment).serve())) {
            URI base = URI.create("http://127.0.0.1:" + serving.port());
            deliver(
                    base,
                    "{\"mautic.lead_post_save_update\":[{\"contact\":{\"id\":77,\"fields\":{}},\"timestamp\":\"2026-11-24T10:00:00+00:00\"}]}");
            deliver(base, "no JSON at all");
            URI status = URI.create("http://127.0.0.1:" + serving.administrationPort());
            await().atMost(TIMEOUT).until(() -> everythingWasDoneOnce(status));
            for (String path : List.of("/healthz", "/readyz", "/status")) {
                String body = get(path.equals("/healthz") ? base : status, path).body();
                shapes.put("GET-" + path.substring(1) + ".txt", "GET " + path + "\n\n" + JsonShape.ofLines(body));
            }
        }
    }

    /** Its first run, its first catch-up, the look at the webhook, and both deliveries. */
    private boolean everythingWasDoneOnce(URI base) throws Exception {
        String status = program.run("status", "--json").out();
        return status.contains("\"triggeredBy\":\"schedule\"")
                && !status.contains("\"running\"")
                && !status.contains("\"webhook\":null")
                && program.run("inbox", "--json").out().contains("\"pending\":0")
                && get(base, "/status").body().contains("\"caughtUp\":\"20")
                && get(base, "/status").statusCode() == 200;
    }

    private void deliver(URI base, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/webhooks/mautic"))
                .header("Webhook-Signature", signature)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(204);
    }

    private HttpResponse<String> get(URI base, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(base.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void what_differs_is_found() {
        world.mautic.setValue(world.contact("a@example.com").id(), "city", "Darwin");
        world.mautic.leave("vip-customers", world.contact("f@example.com").id());
        world.mautic.clearDoNotContact(world.contact("g@example.com").id());
        world.mautic.deleteContact(world.contact("long@example.com").id());
        record("reconcile", "reconcile", "--all");
        record("reconcile-duplicates", "reconcile", "--duplicates");
        record(
                "reconcile-a-customer-without-a-contact",
                "reconcile",
                "--customer",
                SmallCrm.id(99).toString());
    }

    private void runs_are_steered() {
        // Nobody listens there: what is told is why it failed.
        program.environment.put("SYNC_ALERT_URL", "http://127.0.0.1:1/x");
        record("alert", "alert", "--test");
        program.environment.remove("SYNC_ALERT_URL");
        record("retry", "retry");
        world.crm.set(SmallCrm.id(1), "suburb", "Broome");
        record("sync-again", "sync");
        record("undo", "undo", world.lastRun().toString());
        record("pause", "pause", "--reason", "lunch");
        record("sync-paused", "sync");
        record("status-paused", "status");
        record("resume", "resume");
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_profiles (id, email) select gen_random_uuid(), 'c' || i || '@example.com' from generate_series(1, 20) i");
        world.sync();
        SmallCrm.execute(
                world.jdbi, "update public.customer_profiles set marketing_opt_in = false where email like 'c%'");
        record("sync-stopped", "sync");
        record("plan-stopped", "plan", "--limit", "1");
        SmallCrm.execute(
                world.jdbi, "update public.customer_profiles set marketing_opt_in = true where email like 'c%'");
    }

    private void a_person_is_erased_and_a_list_imported() throws IOException {
        record("erase", "erase", "f@example.com", "--yes");
        record("erase-revert", "erase", "f@example.com", "--revert", "--yes");
        Path list = Files.writeString(
                folder.resolve("list.csv"),
                "email,reason\nc1@example.com,unsubscribed\nlater@example.com,\nno address,\n");
        record("import-suppressions-dry-run", "import-suppressions", list.toString(), "--dry-run");
        record("import-suppressions", "import-suppressions", list.toString(), "--yes");
        record(
                "export-suppressions",
                "export-suppressions",
                folder.resolve("exported.csv").toString());
    }

    private void the_installation_is_examined() {
        program.environment.put("MAUTIC_WEBHOOK_URL", "http://127.0.0.1:1/webhooks/mautic");
        program.environment.remove("MAUTIC_WEBHOOK_SECRET");
        record("doctor", "doctor");
        record("setup-not-confirmed", "setup");
        String forbidden =
                "{\"errors\":[{\"code\":403,\"message\":\"You do not have access to the requested area/action.\"}]}";
        world.mautic.deleteSegment("vip-customers");
        world.mautic.faults().next("POST", "/api/segments/new", new Fault.Status(403, forbidden));
        record("setup", "setup", "--yes");
        world.mautic.removeField("total_spent");
        record("doctor-fix", "doctor", "--fix");
        String url = program.environment.remove("MAUTIC_URL");
        record("setup-without-mautic", "setup");
        program.environment.put("MAUTIC_URL", url);
    }

    private void the_instance_is_switched() {
        program.environment.put("MAUTIC_URL", other.baseUri().toString());
        record("switch-instance", "switch-instance", "--yes");
    }

    private void the_samples_need_no_configuration() {
        program.environment.put("SUPABASE_DB_URL", Postgres.emptyDatabase().jdbc());
        program.environment.put(
                "SUPABASE_ADMIN_DB_URL", Postgres.emptyDatabase().jdbc());
        record("an-error", "status");
        record("reference-crm", "reference-crm", "--customers", "300");
        record("reference-crm-change", "reference-crm", "--change", "5");
        record("migrate", "migrate");
        record("demo", "demo", "--customers", "3000", "--exit");
    }

    /** Runs a command with --json, and keeps the shape of what it printed. */
    private void record(String name, String... command) {
        String[] arguments = Arrays.copyOf(command, command.length + 1);
        arguments[command.length] = "--json";
        Ended ended = program.run(arguments);
        asked.add(command[0]);
        String shown = Arrays.stream(arguments)
                .map(argument -> argument.startsWith(folder.toString()) ? "FILE" : argument)
                .map(argument -> argument.matches("[0-9a-f]{8}-.*") ? "ID" : argument)
                .collect(Collectors.joining(" "));
        assertThat(ended.out()).as("what %s prints; %s", shown, ended.err()).isNotBlank();
        shapes.put(
                name + ".txt",
                "mautic-sync " + shown + "\nexit code " + ended.code() + "\n\n" + JsonShape.ofLines(ended.out()));
    }
}
