package app.gigpigs.mauticsync.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.inbound.WebhookNames;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.ServerTls;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DoctorTest {
    private static final String FORBIDDEN =
            "{\"errors\":[{\"code\":403,\"message\":\"You do not have access to the requested area/action.\"}]}";

    private final SetupWorld world = SetupWorld.ready();

    @AfterEach
    void close() {
        world.close();
    }

    /** One that is planted in the database and taken away again; and what is said of it. */
    private record Planted(String name, String sql, String undo, String words, String mend) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Planted> faultsOfTheDatabase() {
        String customer = "insert into public.customer_profiles (id) values ('" + SmallCrm.id(2) + "');";
        String gone = "delete from public.customer_profiles where id = '" + SmallCrm.id(2) + "'";
        String service = " to mautic_sync_service";
        return List.of(
                new Planted(
                        "the view is missing",
                        "alter view public.customers_crm_v rename to elsewhere_v",
                        "alter view public.elsewhere_v rename to customers_crm_v",
                        "PROBLEM view: the view public.customers_crm_v was not found",
                        "mend the view"),
                new Planted(
                        "the view lacks a column",
                        "alter view public.customers_crm_v rename column lead_score to score",
                        "alter view public.customers_crm_v rename column score to lead_score",
                        "PROBLEM view: public.customers_crm_v has no column \"lead_score\"",
                        "mend the view"),
                new Planted(
                        "a column is of another type",
                        "alter view public.customers_crm_v rename column lead_score to l; alter view public.customers_crm_v rename column suburb to lead_score; alter view public.customers_crm_v rename column l to suburb",
                        "alter view public.customers_crm_v rename column suburb to l; alter view public.customers_crm_v rename column lead_score to suburb; alter view public.customers_crm_v rename column l to lead_score",
                        "lead_score is of type text, expected number",
                        "mend the view"),
                new Planted(
                        "the view may not be read",
                        "revoke select on public.customers_crm_v from mautic_sync_service",
                        "grant select on public.customers_crm_v" + service,
                        "PROBLEM rights: may not read public.customers_crm_v",
                        "migrate"),
                new Planted(
                        "an unsubscribe may not be written",
                        "revoke update (marketing_opt_in) on public.customer_profiles from mautic_sync_service",
                        "grant update (marketing_opt_in) on public.customer_profiles" + service,
                        "PROBLEM rights: may not write public.customer_profiles.marketing_opt_in",
                        "migrate"),
                new Planted(
                        "bounces may not be counted",
                        "revoke update (bounce_count) on public.customer_emails from mautic_sync_service",
                        "grant update (bounce_count) on public.customer_emails" + service,
                        "PROBLEM rights: may not write public.customer_emails.bounce_count",
                        "migrate"),
                new Planted(
                        "addresses may not be flagged",
                        "revoke update (is_valid) on public.customer_emails from mautic_sync_service",
                        "grant update (is_valid) on public.customer_emails" + service,
                        "PROBLEM rights: may not write public.customer_emails.is_valid",
                        "migrate"),
                new Planted(
                        "the role is a member of the tables' owner",
                        "grant postgres" + service,
                        "revoke postgres from mautic_sync_service",
                        "WARNING role: mautic_sync_service owns public.customer_profiles",
                        "mautic_sync_service"),
                new Planted(
                        "the role passes by row level security",
                        "alter role mautic_sync_service bypassrls",
                        "alter role mautic_sync_service nobypassrls",
                        "WARNING role: mautic_sync_service may create roles or pass by Row Level Security",
                        "mautic_sync_service"),
                new Planted(
                        "the view is empty",
                        "delete from public.customer_profiles",
                        "insert into public.customer_profiles (id) values ('" + SmallCrm.id(1)
                                + "'); insert into public.customer_emails (customer_id, email) values ('"
                                + SmallCrm.id(1) + "', 'a@example.com')",
                        "WARNING customers: public.customers_crm_v shows none",
                        "Row Level Security"),
                new Planted(
                        "the table of addresses is missing",
                        "alter table public.customer_emails rename to mails",
                        "alter table public.mails rename to customer_emails",
                        "WARNING rights: public.customer_emails was not found",
                        "crm.emails"),
                new Planted(
                        "row level security hides the customers",
                        "drop policy mautic_sync_read on public.customer_profiles",
                        "create policy mautic_sync_read on public.customer_profiles for select" + service
                                + " using (true)",
                        "PROBLEM row level security: hides all rows of customer_profiles",
                        "migrate"),
                new Planted(
                        "row level security opens for somebody else",
                        "drop policy mautic_sync_read on public.customer_profiles; create policy for_others on public.customer_profiles for select to pg_monitor using (true)",
                        "drop policy for_others on public.customer_profiles; create policy mautic_sync_read on public.customer_profiles for select"
                                + service + " using (true)",
                        "PROBLEM row level security: hides all rows of customer_profiles",
                        "migrate"),
                new Planted(
                        "the view asks as the service and a table behind it hides its rows",
                        "alter view public.customers_crm_v set (security_invoker = true)",
                        "alter view public.customers_crm_v reset (security_invoker)",
                        "PROBLEM row level security: hides all rows of customer_metrics",
                        "create policy"),
                new Planted(
                        "the schema is behind",
                        "delete from mautic_sync.installed where version > 2",
                        "insert into mautic_sync.installed (version) select generate_series(3, 6)",
                        "PROBLEM schema: the database is at schema version 2",
                        "migrate"),
                new Planted(
                        "a customer has no address",
                        customer,
                        gone,
                        "WARNING customers: 1 have no e-mail address",
                        "mend them in the CRM"),
                new Planted(
                        "an address is malformed",
                        customer + "insert into public.customer_emails (customer_id, email) values ('" + SmallCrm.id(2)
                                + "', 'josé@example.com')",
                        gone,
                        "WARNING customers: 1 have a malformed e-mail address",
                        "mend them in the CRM"),
                new Planted(
                        "an address is another's, too",
                        customer + "insert into public.customer_emails (customer_id, email) values ('" + SmallCrm.id(2)
                                + "', 'A@example.com')",
                        gone,
                        "WARNING customers: 1 share the e-mail address",
                        "mend them in the CRM"),
                new Planted(
                        "a customer comes twice",
                        "drop index public.customer_emails_primary_idx; insert into public.customer_emails (customer_id, email) values ('"
                                + SmallCrm.id(1) + "', 'b@example.com')",
                        "delete from public.customer_emails where email = 'b@example.com'; create unique index customer_emails_primary_idx on public.customer_emails (customer_id) where is_primary",
                        "WARNING customers: 1 rows of the view are a customer's second one",
                        "one row a customer"),
                new Planted(
                        "runs are paused",
                        "insert into mautic_sync.suspension (kind, reason) values ('outbound', 'lunch')",
                        "delete from mautic_sync.suspension",
                        "WARNING runs: are paused since",
                        "./mautic-sync resume"),
                new Planted(
                        "the last run failed",
                        "insert into public.mautic_sync_logs (run_started_at, status, error_details) values (now(), 'failed', '{\"error\":\"no luck\"}')",
                        "delete from public.mautic_sync_logs",
                        "PROBLEM runs: the last one ended failed: no luck",
                        "./mautic-sync status"),
                new Planted(
                        "the last run was braked",
                        "insert into public.mautic_sync_logs (run_started_at, status) values (now(), 'braked')",
                        "delete from public.mautic_sync_logs",
                        "PROBLEM runs: the last one ended braked",
                        "./mautic-sync status"),
                new Planted(
                        "the last run died",
                        "insert into public.mautic_sync_logs (run_started_at, status) values (now(), 'died')",
                        "delete from public.mautic_sync_logs",
                        "PROBLEM runs: the last one ended died",
                        "./mautic-sync status"),
                new Planted(
                        "the last good run is long ago",
                        "insert into public.mautic_sync_logs (run_started_at, run_finished_at, status) values (now() - interval '5 hours', now() - interval '5 hours', 'done')",
                        "delete from public.mautic_sync_logs",
                        "WARNING runs: the last good one is 5 hours old",
                        "is serve running"),
                new Planted(
                        "nobody catches up any more",
                        "insert into mautic_sync.catch_up_cursor (name, completed_at) select name, now() - interval '5 hours' from unnest(array['page_hits', 'lead_donotcontact', 'email_stats_devices']) name",
                        "delete from mautic_sync.catch_up_cursor",
                        "WARNING catch-up: Mautic's tables were last read to the end 5 hours ago",
                        "is serve running"),
                new Planted(
                        "a customer is refused",
                        "insert into public.mautic_sync_status (customer_id, state) values ('" + SmallCrm.id(1)
                                + "', 'refused')",
                        "delete from public.mautic_sync_status",
                        "WARNING refused customers: 1 are refused",
                        "./mautic-sync failed"),
                new Planted(
                        "values were too long",
                        "insert into public.mautic_sync_status (customer_id, state, warnings) values ('"
                                + SmallCrm.id(1) + "', 'synced', '{last_event_name left out}')",
                        "delete from public.mautic_sync_status",
                        "WARNING incomplete customers: 1 were sent without some value",
                        "select warnings"),
                new Planted(
                        "a refresh waits for a run",
                        "insert into mautic_sync.refresh_run (finished_at) values (now() - interval '1 hour')",
                        "delete from mautic_sync.refresh_run",
                        "PROBLEM refresh signal: one waits for a run since 60 minutes",
                        "./mautic-sync serve"),
                new Planted(
                        "the refreshes fell silent",
                        "insert into mautic_sync.refresh_run (finished_at, consumed_at) values (now() - interval '3 hours', now())",
                        "delete from mautic_sync.refresh_run",
                        "WARNING refresh signal: the CRM's last one is 3 hours old",
                        "refresh job"),
                new Planted(
                        "a delivery is parked",
                        "insert into mautic_sync.inbox (body, state) values ('x', 'parked')",
                        "delete from mautic_sync.inbox",
                        "WARNING inbox: 1 deliveries are parked",
                        "./mautic-sync replay"),
                new Planted(
                        "nobody works the inbox off",
                        "insert into mautic_sync.inbox (body, received_at) values ('x', now() - interval '20 minutes')",
                        "delete from mautic_sync.inbox",
                        "PROBLEM inbox: a delivery waits since 20 minutes",
                        "./mautic-sync serve"),
                new Planted(
                        "Mautic sends at once",
                        "insert into mautic_sync.inbox (body, state, events_new) select 'x', 'done', 1 from generate_series(1, 60)",
                        "delete from mautic_sync.inbox",
                        "WARNING queue mode: all 60 deliveries had one event",
                        "mautic:webhooks:process"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheDatabase")
    void a_fault_of_the_database_is_named_with_its_mend(Planted fault) {
        world.databaseOnly = true;
        world.sql(fault.sql());
        try {
            assertThat(world.lines())
                    .anySatisfy(line -> assertThat(line).contains(fault.words()).contains(fault.mend()));
        } finally {
            world.sql(fault.undo());
        }
        assertThat(world.lines()).noneMatch(line -> line.contains(fault.words()));
    }

    /** One that is planted in a Mautic that was set up, and what is said of it. */
    private record Spoiled(String name, Consumer<SetupWorld> plant, String words, String mend) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Consumer<SetupWorld> hook(String more) {
        String triggers = WebhookNames.TRIGGERS.stream()
                .map(name -> '"' + name + '"')
                .toList()
                .toString();
        String usual = "{\"webhookUrl\":\"" + SetupWorld.URL
                + "\",\"secret\":\"hush\",\"isPublished\":true,\"eventsOrderbyDir\":\"ASC\",\"triggers\":" + triggers;
        return world -> SimulatedHooks.spoil(world.mautic, 1, usual + "," + more + "}");
    }

    static List<Spoiled> faultsOfMautic() {
        return List.of(
                new Spoiled(
                        "it is down",
                        world -> world.mauticUrl = URI.create("http://127.0.0.1:1"),
                        "DOWN Mautic: Mautic at http://127.0.0.1:1 does not work just now",
                        "network"),
                new Spoiled(
                        "its API is off",
                        world -> world.mautic.faults().apiDisabled(true),
                        "PROBLEM Mautic: the API is switched off",
                        "Configuration > API Settings"),
                new Spoiled(
                        "the credentials are wrong",
                        world -> world.credentials = new Credentials.Client("1_other", "x"),
                        "PROBLEM Mautic: Mautic does not know these credentials",
                        "MAUTIC_CLIENT_SECRET"),
                new Spoiled(
                        "basic authentication is used",
                        world -> world.credentials = new Credentials.Basic(
                                SimulatorSettings.USER,
                                SimulatorSettings.defaults().clientSecret()),
                        "WARNING credentials: HTTP basic authentication",
                        "Client Credentials"),
                new Spoiled(
                        "another program answers",
                        world -> world.mautic.faults().next("POST", "/oauth/v2/token", new Fault.HtmlPage(404)),
                        "PROBLEM Mautic: ",
                        "check MAUTIC_URL"),
                new Spoiled(
                        "webhooks are forbidden",
                        world -> world.mautic.faults().next("GET", "/api/hooks", new Fault.Status(403, FORBIDDEN)),
                        "PROBLEM webhook: Mautic forbids GET /api/hooks",
                        "Webhooks: full"),
                new Spoiled(
                        "segments are forbidden",
                        world -> world.mautic.faults().next("GET", "/api/segments", new Fault.Status(403, FORBIDDEN)),
                        "PROBLEM segments: Mautic forbids GET /api/segments",
                        "Segments: view and edit"),
                new Spoiled(
                        "a field is missing",
                        world -> world.mautic.removeField("total_spent"),
                        "PROBLEM contact field total_spent: Mautic has none",
                        "setup: create the contact field total_spent (number, default 0)"),
                new Spoiled(
                        "a field is of another type",
                        world -> world.mautic.addField("total_spent", "text"),
                        "PROBLEM contact field total_spent: is of type text",
                        "map another alias"),
                new Spoiled(
                        "a field is not published",
                        world -> world.mautic.unpublishField("preferred_venue"),
                        "PROBLEM contact field preferred_venue: is not published",
                        "publish it"),
                new Spoiled(
                        "the id is not unique",
                        world -> world.mautic.addField("supabase_id", "text"),
                        "WARNING contact field supabase_id: is no unique identifier",
                        "setup: make the contact field supabase_id a unique identifier"),
                new Spoiled(
                        "a number has no default",
                        world -> world.mautic.addField("total_orders", "number"),
                        "WARNING contact field total_orders: has no default value 0",
                        "default value 0"),
                new Spoiled(
                        "a choice is not listed",
                        world -> {
                            world.mautic.removeField("customer_segment");
                            SimulatedHooks.create(
                                    world.mautic,
                                    "/api/fields/contact/new",
                                    "{\"label\":\"S\",\"alias\":\"customer_segment\",\"type\":\"select\",\"properties\":{\"list\":[{\"label\":\"VIP\",\"value\":\"vip\"}]}}");
                        },
                        "WARNING contact field customer_segment: does not list inactive, new, regular",
                        "add these values"),
                new Spoiled(
                        "a segment is missing",
                        world -> world.mautic.deleteSegment("vip-customers"),
                        "PROBLEM segment VIP Customers: Mautic has none",
                        "setup: create the segment VIP Customers"),
                new Spoiled(
                        "a segment has filters",
                        world -> {
                            world.mautic.deleteSegment("vip-customers");
                            world.mautic.addSegment("VIP Customers", "vip-customers", "[{\"field\":\"city\"}]");
                        },
                        "PROBLEM segment VIP Customers: has filters",
                        "remove its filters"),
                new Spoiled(
                        "a segment is not published",
                        world -> world.mautic.unpublishSegment("vip-customers"),
                        "PROBLEM segment VIP Customers: is not published",
                        "publish it"),
                new Spoiled(
                        "the webhook sends elsewhere",
                        world -> world.webhookUrl = Optional.of("https://new.example.com/webhooks/mautic"),
                        "PROBLEM webhook: Mautic has none that sends to https://new.example.com",
                        "setup: create a webhook"),
                new Spoiled(
                        "nobody says where webhooks go",
                        world -> {
                            world.webhookUrl = Optional.empty();
                            hook("\"webhookUrl\":\"http://127.0.0.1:1/other\"").accept(world);
                        },
                        "WARNING webhook: no webhook leads to this service",
                        "MAUTIC_WEBHOOK_URL="),
                new Spoiled(
                        "the webhook was switched off",
                        hook("\"isPublished\":false"),
                        "PROBLEM webhook 1: is not published",
                        "setup: publish webhook 1"),
                new Spoiled(
                        "the webhook does not send clicks",
                        hook(
                                "\"triggers\":[\"mautic.email_on_open\",\"mautic.lead_channel_subscription_changed\",\"mautic.lead_post_delete\"]"),
                        "PROBLEM webhook 1: does not send mautic.page_on_hit |",
                        "setup: let webhook 1 send mautic.page_on_hit"),
                new Spoiled(
                        "the webhook has the original design's names",
                        hook(
                                "\"triggers\":[\"mautic.email_on_click\",\"mautic.email_on_open\",\"mautic.page_on_hit\",\"mautic.lead_channel_subscription_changed\",\"mautic.lead_post_delete\"]"),
                        "WARNING webhook 1: names mautic.email_on_click",
                        "harmless"),
                new Spoiled(
                        "the webhook has another secret",
                        hook("\"secret\":\"other\""),
                        "PROBLEM webhook 1: has another secret",
                        "setup: give webhook 1 the secret"),
                new Spoiled(
                        "the webhook still has the old secret",
                        world -> world.secrets = List.of("new", SetupWorld.SECRET),
                        "WARNING webhook 1: still has the old secret",
                        "setup: give webhook 1 the secret"),
                new Spoiled(
                        "the receiver has no secret",
                        world -> world.secrets = List.of(),
                        "PROBLEM webhook secret: MAUTIC_WEBHOOK_SECRET is not set",
                        "secret of webhook 1"),
                new Spoiled(
                        "the webhook sends the newest first",
                        hook("\"eventsOrderbyDir\":\"DESC\""),
                        "WARNING webhook 1: sends the newest event first",
                        "setup: let webhook 1 send the oldest event first"),
                new Spoiled(
                        "there are two webhooks",
                        world -> world.mautic
                                .webhooks()
                                .addHook(URI.create(SetupWorld.URL), SetupWorld.SECRET, WebhookNames.TRIGGERS),
                        "WARNING webhook: 2 webhooks send to the same address",
                        "keep one, id 1"),
                new Spoiled(
                        "the clocks differ",
                        world -> world.clock = InstantSource.offset(InstantSource.system(), Duration.ofMinutes(5)),
                        "WARNING clocks: Mautic's and ours are",
                        "NTP"),
                new Spoiled(
                        "nothing arrives",
                        world -> {
                            world.mautic.clock(() -> Instant.now().minus(Duration.ofMinutes(40)));
                            world.mautic.doNotContact(world.mautic.addContact(Map.of("email", "x@example.com")), 1);
                            world.mautic.clock(InstantSource.system());
                            hooksSince(world, Duration.ofHours(2));
                        },
                        "PROBLEM deliveries: Mautic's newest event is of",
                        "mautic:webhooks:process"),
                new Spoiled(
                        "nothing reports bounces",
                        world -> {},
                        "WARNING bounces: Mautic's mail transport",
                        "monitored inbox"));
    }

    /** The webhook as if it had been there so long. */
    private static void hooksSince(SetupWorld world, Duration age) {
        SimulatedHooks.delete(world.mautic, 1);
        world.mautic.clock(() -> Instant.now().minus(age));
        world.mautic.webhooks().addHook(URI.create(SetupWorld.URL), SetupWorld.SECRET, WebhookNames.TRIGGERS);
        world.mautic.clock(InstantSource.system());
    }

    @ParameterizedTest
    @MethodSource("faultsOfMautic")
    void a_fault_of_mautic_is_named_with_its_mend(Spoiled fault) {
        fault.plant().accept(world);

        List<String> lines = world.lines();

        assertThat(lines)
                .anySatisfy(line -> assertThat(line).contains(fault.words()).contains(fault.mend()));
        assertThat(lines).as("the other side is looked at all the same").anyMatch(line -> line.startsWith("OK view:"));
        assertThat(lines).noneMatch(line -> line.contains("hush"));
    }

    @Test
    void where_all_is_well_there_is_nothing_but_the_bounces_to_warn_of() {

        assertThat(world.examine())
                .filteredOn(finding -> finding.level() != Finding.Level.OK)
                .extracting(Finding::subject)
                .containsExactly("bounces");
    }

    @Test
    void what_is_young_or_differs_in_case_alone_is_no_fault() {
        world.mautic.clock(() -> Instant.now().minus(Duration.ofMinutes(40)));
        world.mautic.doNotContact(world.mautic.addContact(Map.of("email", "x@example.com")), 1);
        world.mautic.clock(InstantSource.system());
        world.mautic.removeField("customer_segment");
        SimulatedHooks.create(
                world.mautic,
                "/api/fields/contact/new",
                "{\"label\":\"S\",\"alias\":\"customer_segment\",\"type\":\"select\",\"properties\":{\"list\":"
                        + "[{\"label\":\"V\",\"value\":\"VIP\"},{\"label\":\"N\",\"value\":\"New\"},"
                        + "{\"label\":\"R\",\"value\":\"Regular\"},{\"label\":\"I\",\"value\":\"Inactive\"}]}}");
        world.sql("insert into mautic_sync.inbox (body) values ('x');"
                + " insert into mautic_sync.refresh_run (finished_at) values (now())");
        try {
            assertThat(world.lines())
                    .filteredOn(line -> !line.startsWith("OK "))
                    .singleElement()
                    .asString()
                    .startsWith("WARNING bounces:");
        } finally {
            world.sql("delete from mautic_sync.inbox; delete from mautic_sync.refresh_run");
        }
    }

    @Test
    void one_fault_of_mautic_hides_no_other() {
        world.mautic.removeField("total_spent");
        world.mautic.deleteSegment("vip-customers");
        hook("\"isPublished\":false").accept(world);

        assertThat(world.examine())
                .filteredOn(Finding::bad)
                .extracting(Finding::subject)
                .containsExactly("contact field total_spent", "segment VIP Customers", "webhook 1");
    }

    @Test
    void a_database_that_is_down_is_one_finding_and_mautic_is_looked_at_all_the_same() {
        world.serviceUrl = new DatabaseUrl("jdbc:postgresql://127.0.0.1:1/x", "u", "hush");

        assertThat(world.lines())
                .anyMatch(line -> line.startsWith("DOWN database: does not answer"))
                .anyMatch(line -> line.startsWith("NOT_CHECKED view, role"))
                .anyMatch(line -> line.startsWith("OK segments:"))
                .noneMatch(line -> line.contains("hush"));
    }

    @Test
    void a_superuser_is_warned_of() {
        world.serviceUrl = world.ownerUrl;

        assertThat(world.lines())
                .anyMatch(line -> line.startsWith("WARNING role: postgres is a superuser")
                        && line.contains("mautic_sync_service"));
    }

    @Test
    void a_login_that_does_not_exist_is_a_problem_and_not_a_database_that_is_down() {
        world.serviceUrl = Postgres.as(world.ownerUrl, "nobody_of_this_name");

        assertThat(world.lines())
                .anyMatch(line -> line.startsWith("PROBLEM database: refuses the login nobody_of_this_name")
                        && line.contains("SUPABASE_DB_URL"));
    }

    @Test
    void a_wrong_or_missing_password_is_a_problem_and_is_not_repeated() {
        Postgres.createLoginWithPassword("doctors_login", "the right one");
        DatabaseUrl login = Postgres.as(world.ownerUrl, "doctors_login");
        DatabaseUrl wrong = new DatabaseUrl(login.jdbc(), "doctors_login", "hush");
        await().until(() -> Database.refusal(wrong).isPresent());

        world.serviceUrl = wrong;
        assertThat(world.lines())
                .anyMatch(line -> line.startsWith(
                                "PROBLEM database: refuses the login doctors_login: FATAL: password authentication failed")
                        && line.contains("SUPABASE_DB_URL: user")
                        && line.contains("password (percent-encoded)"))
                .noneMatch(line -> line.contains("hush"));

        world.serviceUrl = new DatabaseUrl(login.jdbc(), "doctors_login", null);
        assertThat(world.lines())
                .anyMatch(line ->
                        line.startsWith("PROBLEM database: refuses the login doctors_login: The server requested")
                                && line.contains("no password was provided")
                                && line.contains("password (percent-encoded)"));
    }

    @Test
    void a_host_that_nobody_knows_is_named() {
        world.serviceUrl = new DatabaseUrl("jdbc:postgresql://db.no-such-project.invalid:5432/postgres", "u", "hush");

        assertThat(world.lines())
                .anyMatch(line -> line.startsWith(
                                "DOWN database: does not answer: the host db.no-such-project.invalid is not known")
                        && line.contains("check host and port in SUPABASE_DB_URL"))
                .noneMatch(line -> line.contains("hush"));
    }

    @Test
    void a_way_without_encryption_is_warned_of_but_on_this_machine() {
        assertThat(world.lines())
                .contains("OK encryption: not needed, the database is on this machine | ")
                .contains("OK connection: direct, without a pooler | ");

        // The same server, by an address that is not known to be this machine's.
        String elsewhere = world.serviceUrl.jdbc().replace("localhost", "0.0.0.0");
        world.serviceUrl = service(elsewhere);
        assertThat(world.lines())
                .anyMatch(line -> line.startsWith("WARNING encryption: not encrypted (sslmode=prefer)")
                        && line.contains("sslmode=verify-full"));

        world.serviceUrl = service(elsewhere + "&sslmode=verify-full");
        assertThat(world.lines())
                .anyMatch(line -> line.startsWith(
                                "PROBLEM database: there is no encrypted connection: The server does not support SSL")
                        && line.contains("sslmode and sslrootcert in SUPABASE_DB_URL"));
    }

    @Test
    void encryption_without_verification_is_warned_of_and_a_failed_verification_is_a_problem() {
        String local = world.serviceUrl.jdbc();
        String elsewhere = local.replace("localhost", "0.0.0.0");
        try (ServerTls tls = new ServerTls(world.owner)) {
            String verified = "&sslmode=verify-full&sslrootcert=" + tls.certificate;
            await().until(() -> Database.refusal(service(local + verified)).isEmpty());

            world.serviceUrl = service(local + verified);
            assertThat(world.lines()).contains("OK encryption: verified (sslmode=verify-full) | ");

            world.serviceUrl = service(elsewhere);
            assertThat(world.lines())
                    .anyMatch(line ->
                            line.startsWith("WARNING encryption: encrypted, but nobody checks to whom (sslmode=prefer)")
                                    && line.contains("sslmode=verify-full"));

            world.serviceUrl = service(elsewhere + verified);
            assertThat(world.lines())
                    .anyMatch(line -> line.startsWith("PROBLEM database: there is no encrypted connection: ")
                            && line.contains("0.0.0.0")
                            && line.contains("sslmode and sslrootcert in SUPABASE_DB_URL"));

            world.serviceUrl = service(local + "&sslmode=verify-full&sslrootcert=/nowhere/ca.crt");
            assertThat(world.lines())
                    .anyMatch(line -> line.startsWith("PROBLEM database: there is no encrypted connection: ")
                            && line.contains("/nowhere/ca.crt"));
        }
    }

    private static DatabaseUrl service(String jdbc) {
        return new DatabaseUrl(jdbc, "mautic_sync_service", "secret");
    }

    @Test
    void a_transaction_pooler_is_recognised_and_hides_nothing() {
        Optional<DatabaseUrl> pooled = Postgres.pooled(world.serviceUrl);
        assumeTrue(pooled.isPresent(), "there is no pgbouncer on this machine");
        List<String> direct = world.lines();

        world.serviceUrl = pooled.get();
        List<String> through = world.lines();

        String found = "OK connection: through a pooler in transaction mode: two connections share one backend | ";
        assertThat(through).contains(found);
        assertThat(direct).doesNotContain(found);
        assertThat(through.stream().filter(line -> !line.startsWith("OK ")).toList())
                .isEqualTo(
                        direct.stream().filter(line -> !line.startsWith("OK ")).toList());
        assertThat(through).hasSameSizeAs(direct);
    }

    @Test
    void another_version_of_mautic_is_warned_of() {
        assertThat(world.lines()).contains("OK Mautic's version: 5.1.0 | ");

        for (String version : List.of("4.4.13", "6.0.2", "50.0.0")) {
            Finding finding = MauticChecks.version(version);
            assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
            assertThat(finding.words()).isEqualTo(version + "; this program was tried with 5.1 only");
            assertThat(finding.mend()).contains("plan --against-mautic").contains("sync --limit 20");
        }
        assertThat(MauticChecks.version("").words()).isEqualTo("not told");
    }

    @Test
    void encryption_is_judged_by_what_is_verified() {
        String host = "jdbc:postgresql://db.example.com:5432/postgres";

        assertThat(ConnectionChecks.encryption(url(host + "?sslmode=verify-full"), false, true)
                        .level())
                .isEqualTo(Finding.Level.OK);
        assertThat(ConnectionChecks.encryption(url(host + "?sslmode=require"), false, true)
                        .words())
                .contains("nobody checks to whom");
        assertThat(ConnectionChecks.encryption(url(host), false, false).words()).startsWith("not encrypted");
        assertThat(ConnectionChecks.encryption(url(host), true, true).words()).startsWith("not certain");
        assertThat(ConnectionChecks.encryption(url(host), false, false).mend()).contains("verify-full");
        assertThat(ConnectionChecks.encryption(url("jdbc:postgresql://localhost/x"), false, false)
                        .level())
                .isEqualTo(Finding.Level.OK);
    }

    private static DatabaseUrl url(String jdbc) {
        return new DatabaseUrl(jdbc, "u", "p");
    }

    @Test
    void the_state_of_the_webhook_is_kept_and_its_change_has_a_time() {
        HookHealth health = new HookHealth(world.owner);
        world.withMautic(client -> health.look(client, world.webhook()));
        HookHealth.State well = health.last().orElseThrow();
        assertThat(well.healthy()).isTrue();

        hook("\"isPublished\":false").accept(world);
        world.withMautic(client -> health.look(client, world.webhook()));
        HookHealth.State off = health.last().orElseThrow();
        assertThat(off.healthy()).isFalse();
        assertThat(off.words()).contains("webhook 1: is not published");
        assertThat(off.since()).isAfter(well.since());

        world.withMautic(client -> health.look(client, world.webhook()));
        assertThat(health.last().orElseThrow().since()).isEqualTo(off.since());
        world.sql("delete from mautic_sync.hook_health");
    }
}
