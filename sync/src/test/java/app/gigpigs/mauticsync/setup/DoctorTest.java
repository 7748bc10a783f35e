package app.gigpigs.mauticsync.setup;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.webhook.WebhookContract;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.status.WebhookHealth;
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

/** One fault in Mautic at a time, and the findings without a fault. */
class DoctorTest {
    private static final String FORBIDDEN =
            "{\"errors\":[{\"code\":403,\"message\":\"You do not have access to the requested area/action.\"}]}";

    private final SetupWorld world = SetupWorld.ready();

    @AfterEach
    void close() {
        world.close();
    }

    /** A fault of a Mautic that was set up, and the finding for it. */
    private record PlantedFault(String name, Consumer<SetupWorld> plant, String message, String fix) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Consumer<SetupWorld> webhook(String more) {
        String triggers = WebhookContract.TRIGGERS.stream()
                .map(name -> '"' + name + '"')
                .toList()
                .toString();
        String usual = "{\"webhookUrl\":\"" + SetupWorld.URL
                + "\",\"secret\":\"hush\",\"isPublished\":true,\"eventsOrderbyDir\":\"ASC\",\"triggers\":" + triggers;
        return world -> SimulatedWebhooks.edit(world.mautic, 1, usual + "," + more + "}");
    }

    static List<PlantedFault> faultsOfMautic() {
        return List.of(
                new PlantedFault(
                        "it is down",
                        world -> world.mauticUrl = URI.create("http://127.0.0.1:1"),
                        "DOWN Mautic: Mautic at http://127.0.0.1:1 does not work just now",
                        "network"),
                new PlantedFault(
                        "its API is off",
                        world -> world.mautic.faults().apiDisabled(true),
                        "PROBLEM Mautic: the API is switched off",
                        "Configuration > API Settings"),
                new PlantedFault(
                        "the credentials are wrong",
                        world -> world.credentials = new Credentials.Client("1_other", "x"),
                        "PROBLEM Mautic: Mautic does not know these credentials",
                        "MAUTIC_CLIENT_SECRET"),
                new PlantedFault(
                        "basic authentication is used",
                        world -> world.credentials = new Credentials.Basic(
                                SimulatorSettings.USER,
                                SimulatorSettings.defaults().clientSecret()),
                        "WARNING credentials: HTTP basic authentication",
                        "Client Credentials"),
                new PlantedFault(
                        "another program answers",
                        world -> world.mautic.faults().next("POST", "/oauth/v2/token", new Fault.HtmlPage(404)),
                        "PROBLEM Mautic: ",
                        "check MAUTIC_URL"),
                new PlantedFault(
                        "webhooks are forbidden",
                        world -> world.mautic.faults().next("GET", "/api/hooks", new Fault.Status(403, FORBIDDEN)),
                        "PROBLEM webhook: Mautic forbids GET /api/hooks",
                        "Webhooks: full"),
                new PlantedFault(
                        "segments are forbidden",
                        world -> world.mautic.faults().next("GET", "/api/segments", new Fault.Status(403, FORBIDDEN)),
                        "PROBLEM segments: Mautic forbids GET /api/segments",
                        "Segments: view and edit"),
                new PlantedFault(
                        "a field is missing",
                        world -> world.mautic.removeField("total_spent"),
                        "PROBLEM contact field total_spent: Mautic has no field with this alias",
                        "setup: create the contact field total_spent (number, default 0)"),
                new PlantedFault(
                        "a field is of another type",
                        world -> world.mautic.addField("total_spent", "text"),
                        "PROBLEM contact field total_spent: is of type text",
                        "map another alias"),
                new PlantedFault(
                        "a field is not published",
                        world -> world.mautic.unpublishField("preferred_venue"),
                        "PROBLEM contact field preferred_venue: is not published",
                        "publish it"),
                new PlantedFault(
                        "the id is not unique",
                        world -> world.mautic.addField("supabase_id", "text"),
                        "WARNING contact field supabase_id: is not a unique identifier",
                        "setup: make the contact field supabase_id a unique identifier"),
                new PlantedFault(
                        "a number has no default",
                        world -> world.mautic.addField("total_orders", "number"),
                        "WARNING contact field total_orders: has no default value 0",
                        "default value 0"),
                new PlantedFault(
                        "a choice is not listed",
                        world -> {
                            world.mautic.removeField("customer_segment");
                            SimulatedWebhooks.create(
                                    world.mautic,
                                    "/api/fields/contact/new",
                                    "{\"label\":\"S\",\"alias\":\"customer_segment\",\"type\":\"select\",\"properties\":{\"list\":[{\"label\":\"VIP\",\"value\":\"vip\"}]}}");
                        },
                        "WARNING contact field customer_segment: does not list inactive, new, regular",
                        "add these values"),
                new PlantedFault(
                        "a segment is missing",
                        world -> world.mautic.deleteSegment("vip-customers"),
                        "PROBLEM segment VIP Customers: Mautic has no segment of this name",
                        "setup: create the segment VIP Customers"),
                new PlantedFault(
                        "a segment has filters",
                        world -> {
                            world.mautic.deleteSegment("vip-customers");
                            world.mautic.addSegment("VIP Customers", "vip-customers", "[{\"field\":\"city\"}]");
                        },
                        "PROBLEM segment VIP Customers: has filters",
                        "remove its filters"),
                new PlantedFault(
                        "a segment is not published",
                        world -> world.mautic.unpublishSegment("vip-customers"),
                        "PROBLEM segment VIP Customers: is not published",
                        "publish it"),
                new PlantedFault(
                        "the webhook sends elsewhere",
                        world -> world.webhookUrl = Optional.of("https://new.example.com/webhooks/mautic"),
                        "PROBLEM webhook: Mautic has no webhook that sends to https://new.example.com",
                        "setup: create a webhook"),
                new PlantedFault(
                        "the address for webhooks is not configured",
                        world -> {
                            world.webhookUrl = Optional.empty();
                            webhook("\"webhookUrl\":\"http://127.0.0.1:1/other\"")
                                    .accept(world);
                        },
                        "WARNING webhook: no webhook sends to this service",
                        "MAUTIC_WEBHOOK_URL="),
                new PlantedFault(
                        "the webhook was switched off",
                        webhook("\"isPublished\":false"),
                        "PROBLEM webhook 1: is not published",
                        "setup: publish webhook 1"),
                new PlantedFault(
                        "the webhook does not send clicks",
                        webhook(
                                "\"triggers\":[\"mautic.email_on_open\",\"mautic.lead_channel_subscription_changed\",\"mautic.lead_post_save_new\",\"mautic.lead_post_save_update\",\"mautic.lead_post_delete\"]"),
                        "PROBLEM webhook 1: does not send mautic.page_on_hit |",
                        "setup: make webhook 1 send mautic.page_on_hit"),
                new PlantedFault(
                        "the webhook has the original design's names",
                        webhook(
                                "\"triggers\":[\"mautic.email_on_click\",\"mautic.email_on_open\",\"mautic.page_on_hit\",\"mautic.lead_channel_subscription_changed\",\"mautic.lead_post_save_new\",\"mautic.lead_post_save_update\",\"mautic.lead_post_delete\"]"),
                        "WARNING webhook 1: names mautic.email_on_click",
                        "they do no damage"),
                new PlantedFault(
                        "the webhook has another secret",
                        webhook("\"secret\":\"other\""),
                        "PROBLEM webhook 1: has a different secret",
                        "setup: give webhook 1 the secret"),
                new PlantedFault(
                        "the webhook still has the old secret",
                        world -> world.secrets = List.of("new", SetupWorld.SECRET),
                        "WARNING webhook 1: still has the old secret",
                        "setup: give webhook 1 the secret"),
                new PlantedFault(
                        "the receiver has no secret",
                        world -> world.secrets = List.of(),
                        "PROBLEM webhook secret: MAUTIC_WEBHOOK_SECRET is not set",
                        "secret of webhook 1"),
                new PlantedFault(
                        "the webhook sends the newest first",
                        webhook("\"eventsOrderbyDir\":\"DESC\""),
                        "WARNING webhook 1: sends the newest event first",
                        "setup: make webhook 1 send the oldest event first"),
                new PlantedFault(
                        "there are two webhooks",
                        world -> world.mautic
                                .webhooks()
                                .addWebhook(URI.create(SetupWorld.URL), SetupWorld.SECRET, WebhookContract.TRIGGERS),
                        "WARNING webhook: 2 webhooks send to the same address",
                        "keep one, id 1"),
                new PlantedFault(
                        "the clocks differ",
                        world -> world.clock = InstantSource.offset(InstantSource.system(), Duration.ofMinutes(5)),
                        "WARNING clocks: Mautic's and ours are",
                        "NTP"),
                new PlantedFault(
                        "nothing arrives",
                        world -> {
                            world.mautic.clock(() -> Instant.now().minus(Duration.ofMinutes(40)));
                            world.mautic.doNotContact(world.mautic.addContact(Map.of("email", "x@example.com")), 1);
                            world.mautic.clock(InstantSource.system());
                            webhooksSince(world, Duration.ofHours(2));
                        },
                        "PROBLEM deliveries: Mautic's newest event is from",
                        "mautic:webhooks:process"),
                new PlantedFault(
                        "nothing reports bounces",
                        world -> {},
                        "WARNING bounces: Mautic's mail transport",
                        "monitored inbox"));
    }

    /** The webhook as if it had been there so long. */
    private static void webhooksSince(SetupWorld world, Duration age) {
        SimulatedWebhooks.delete(world.mautic, 1);
        world.mautic.clock(() -> Instant.now().minus(age));
        world.mautic.webhooks().addWebhook(URI.create(SetupWorld.URL), SetupWorld.SECRET, WebhookContract.TRIGGERS);
        world.mautic.clock(InstantSource.system());
    }

    @ParameterizedTest
    @MethodSource("faultsOfMautic")
    void a_fault_of_mautic_is_reported_with_its_fix(PlantedFault fault) {
        fault.plant().accept(world);

        List<String> lines = world.lines();

        assertThat(lines)
                .anySatisfy(line -> assertThat(line).contains(fault.message()).contains(fault.fix()));
        assertThat(lines).as("the other side is looked at all the same").anyMatch(line -> line.startsWith("OK view:"));
        assertThat(lines).noneMatch(line -> line.contains("hush"));
    }

    @Test
    void a_sound_installation_has_only_the_warning_about_bounces() {

        assertThat(world.examine())
                .filteredOn(finding -> finding.level() != Finding.Level.OK)
                .extracting(Finding::subject)
                .containsExactly("bounces");
    }

    @Test
    void a_recent_state_or_a_difference_in_case_is_no_fault() {
        world.mautic.clock(() -> Instant.now().minus(Duration.ofMinutes(40)));
        world.mautic.doNotContact(world.mautic.addContact(Map.of("email", "x@example.com")), 1);
        world.mautic.clock(InstantSource.system());
        world.mautic.removeField("customer_segment");
        SimulatedWebhooks.create(
                world.mautic,
                "/api/fields/contact/new",
                "{\"label\":\"S\",\"alias\":\"customer_segment\",\"type\":\"select\",\"properties\":{\"list\":"
                        + "[{\"label\":\"V\",\"value\":\"VIP\"},{\"label\":\"N\",\"value\":\"New\"},"
                        + "{\"label\":\"R\",\"value\":\"Regular\"},{\"label\":\"I\",\"value\":\"Inactive\"}]}}");
        world.sql("insert into mautic_sync.inbox (body) values ('x');"
                + " insert into mautic_sync.refresh_signal (created_at) values (now())");
        try {
            assertThat(world.lines())
                    .filteredOn(line -> !line.startsWith("OK ") && !line.contains("deliveries of webhook 1"))
                    .singleElement()
                    .asString()
                    .startsWith("WARNING bounces:");
        } finally {
            world.sql("delete from mautic_sync.inbox; delete from mautic_sync.refresh_signal");
        }
    }

    @Test
    void one_fault_of_mautic_hides_no_other() {
        world.mautic.removeField("total_spent");
        world.mautic.deleteSegment("vip-customers");
        webhook("\"isPublished\":false").accept(world);

        assertThat(world.examine())
                .filteredOn(Finding::bad)
                .extracting(Finding::subject)
                .containsExactly("contact field total_spent", "segment VIP Customers", "webhook 1");
    }

    @Test
    void the_version_of_mautic_is_told_with_what_it_does_otherwise() {
        assertThat(world.lines())
                .filteredOn(line -> line.startsWith("OK Mautic's version: 5.1.0"))
                .singleElement()
                .asString()
                .contains("drops the seconds of times");
    }

    @Test
    void the_state_of_the_webhook_is_kept_and_its_change_has_a_time() {
        WebhookMonitor health = new WebhookMonitor(world.owner);
        world.withMautic(client -> health.look(client, world.webhook()));
        WebhookHealth well = WebhookHealth.last(world.owner).orElseThrow();
        assertThat(well.healthy()).isTrue();

        webhook("\"isPublished\":false").accept(world);
        world.withMautic(client -> health.look(client, world.webhook()));
        WebhookHealth off = WebhookHealth.last(world.owner).orElseThrow();
        assertThat(off.healthy()).isFalse();
        assertThat(off.message()).contains("webhook 1: is not published");
        assertThat(off.since()).isAfter(well.since());

        world.withMautic(client -> health.look(client, world.webhook()));
        assertThat(WebhookHealth.last(world.owner).orElseThrow().since()).isEqualTo(off.since());
        world.sql("delete from mautic_sync.webhook_health");
    }
}
