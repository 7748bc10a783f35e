package app.gigpigs.mauticsync.setup;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.mapping.FieldKind;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.FieldApi;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.simulator.Fault;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SetupTest {
    private final SetupWorld world = new SetupWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private List<Map<String, Object>> fields() {
        try (Mautic client = new Mautic(
                new MauticSettings(world.mauticUrl, world.credentials, Duration.ofSeconds(20)),
                (time, why) -> {},
                InstantSource.system())) {
            return client.fields().all().stream()
                    .map(field -> Map.<String, Object>of(
                            "alias", field.alias(),
                            "type", field.type(),
                            "unique", field.unique(),
                            "choices", field.choices()))
                    .toList();
        }
    }

    @Test
    void on_an_empty_mautic_it_makes_all_and_a_second_time_it_changes_nothing() {
        Setup.Result first = world.setUp();

        assertThat(first.failed()).isEmpty();
        assertThat(first.done()).hasSize(10 + 4 + 1);
        assertThat(first.byHand()).isEmpty();
        assertThat(fields())
                .contains(Map.of("alias", "supabase_id", "type", "text", "unique", true, "choices", List.of()))
                .contains(Map.of(
                        "alias",
                        "customer_segment",
                        "type",
                        "select",
                        "unique",
                        false,
                        "choices",
                        List.of("inactive", "new", "regular", "vip")));
        assertThat(world.examine()).filteredOn(Finding::bad).isEmpty();

        world.mautic.clearRequests();
        Setup.Result second = world.setUp();
        assertThat(second.done()).isEmpty();
        assertThat(second.failed()).isEmpty();
        assertThat(world.writes()).isEmpty();
    }

    @Test
    void the_fields_that_it_makes_hold_cents_and_long_names() {
        world.setUp();
        String longest = "n".repeat(191);

        SimulatedWebhooks.create(
                world.mautic,
                "/api/contacts/new",
                "{\"email\":\"a@example.com\",\"total_spent\":12.34,\"last_event_name\":\"" + longest + "\"}");

        world.withMautic(client -> assertThat(client.contacts().withEmails(List.of("a@example.com")))
                .singleElement()
                .satisfies(
                        contact -> assertThat(contact.text("last_event_name")).isEqualTo(longest))
                .satisfies(contact -> assertThat(contact.text("total_spent")).isEqualTo("12.34")));
    }

    @Test
    void a_select_that_it_makes_holds_long_values() {
        String longest = "v".repeat(191);
        world.withMautic(client ->
                client.fields().create(FieldApi.Definition.select("venue", "Venue", Map.of(longest, "The longest"))));

        SimulatedWebhooks.create(
                world.mautic, "/api/contacts/new", "{\"email\":\"a@example.com\",\"venue\":\"" + longest + "\"}");

        world.withMautic(client -> assertThat(client.contacts().withEmails(List.of("a@example.com")))
                .singleElement()
                .satisfies(contact -> assertThat(contact.text("venue")).isEqualTo(longest)));
    }

    @Test
    void without_a_secret_the_webhook_gets_a_generated_one() {
        world.secrets = List.of();

        world.setUp();

        assertThat(SimulatedWebhooks.json(world.mautic, 1)).contains("\"secret\":\"made-up\"");
    }

    @Test
    void the_webhook_survives_its_first_failure() {
        world.setUp();

        assertThat(SimulatedWebhooks.json(world.mautic, 1))
                .contains("\"isPublished\":true")
                .as("Mautic switches a webhook off at its first failure unless it was changed recently")
                .doesNotContain("\"dateModified\":null");
    }

    @Test
    void what_mautic_created_without_a_response_is_not_created_twice() {
        for (String path : List.of("/api/fields/contact/new", "/api/segments/new", "/api/hooks/new")) {
            world.mautic.faults().next("POST", path, new Fault.CloseAfter());
        }

        world.setUp();
        Setup.Result result = world.setUp();

        assertThat(result.failed()).isEmpty();
        assertThat(world.writes().stream().filter(write -> write.endsWith("/new")))
                .as("ten fields, four segments, one webhook")
                .hasSize(15);
        assertThat(world.examine()).filteredOn(Finding::bad).isEmpty();
    }

    @Test
    void what_was_created_without_a_response_counts_as_done() {
        world.mautic.faults().next("POST", "/api/segments/new", new Fault.CloseAfter());

        Setup.Result result = world.setUp();

        assertThat(result.failed()).isEmpty();
        assertThat(result.done()).hasSize(15);
    }

    @Test
    void no_webhook_is_created_in_a_mautic_that_lacks_one_of_its_events() {
        world.mautic
                .faults()
                .next(
                        "GET",
                        "/api/hooks/triggers",
                        new Fault.Status(200, "{\"triggers\":{\"mautic.email_on_open\":{}}}"));

        Setup.Result result = world.setUp();

        assertThat(result.done()).hasSize(14);
        assertThat(result.failed().values())
                .singleElement()
                .asString()
                .contains("has no webhook event mautic.page_on_hit");
    }

    @Test
    void a_plan_changes_nothing() {
        assertThat(world.plan().fixes()).hasSize(15);

        assertThat(world.writes()).isEmpty();
    }

    @Test
    void a_failed_step_is_named_and_does_not_block_others() {
        world.mautic
                .faults()
                .next(
                        "POST",
                        "/api/fields/contact/new",
                        new Fault.Status(403, "{\"errors\":[{\"code\":403,\"message\":\"You do not have access\"}]}"));

        Setup.Result result = world.setUp();

        assertThat(result.failed()).hasSize(1);
        assertThat(result.failed().values().iterator().next()).contains("Custom fields: full");
        assertThat(result.done()).hasSize(14);
        assertThat(world.setUp().done()).hasSize(1);
    }

    @Test
    void our_webhook_is_repaired_and_keeps_its_other_events() {
        world.setUp();
        long webhook = 1;
        world.mautic
                .webhooks()
                .addWebhook(URI.create("http://127.0.0.1:1/other"), "theirs", List.of("mautic.form_on_submit"));
        SimulatedWebhooks.edit(
                world.mautic,
                webhook,
                "{\"webhookUrl\":\"" + SetupWorld.URL
                        + "\",\"secret\":\"other\",\"isPublished\":false,\"eventsOrderbyDir\":\"DESC\",\"triggers\":[\"mautic.form_on_submit\",\"mautic.email_on_open\"]}");

        assertThat(world.setUp().done()).hasSize(4);

        assertThat(SimulatedWebhooks.json(world.mautic, webhook))
                .contains("\"isPublished\":true", "\"secret\":\"hush\"", "\"eventsOrderbyDir\":\"ASC\"")
                .contains("mautic.form_on_submit", "mautic.page_on_hit", "mautic.lead_post_delete");
        assertThat(SimulatedWebhooks.json(world.mautic, 2)).contains("\"secret\":\"theirs\"");
    }

    @Test
    void a_field_of_another_type_is_named_and_left_alone() {
        world.mautic.addField("total_spent", "text");

        Setup.Result result = world.setUp();

        assertThat(result.done()).hasSize(14);
        assertThat(result.failed()).as("nothing was tried with it").isEmpty();
        assertThat(result.byHand())
                .singleElement()
                .satisfies(one -> assertThat(one.message()).contains("is of type text, expected number"));
        assertThat(fields())
                .contains(Map.of("alias", "total_spent", "type", "text", "unique", false, "choices", List.of()));
    }

    @Test
    void an_alias_that_mautic_would_cut_is_not_created() {
        List<MappedField> mapped = new ArrayList<>(FieldMap.DEFAULT.fields());
        mapped.add(new MappedField("last_event_name", "a_name_of_more_than_25_characters", FieldKind.TEXT));
        world.mapping = new Mapping(Mapping.DEFAULT.crm(), new FieldMap(mapped), Mapping.DEFAULT.segments());

        Setup.Result result = world.setUp();

        assertThat(result.byHand())
                .singleElement()
                .satisfies(one -> assertThat(one.fix()).contains("shorter alias"));
    }

    @Test
    void an_alias_that_mautic_alters_is_a_failure_that_names_it() {
        List<MappedField> mapped = new ArrayList<>(FieldMap.DEFAULT.fields());
        mapped.add(new MappedField("last_event_name", "id", FieldKind.TEXT));
        world.mapping = new Mapping(Mapping.DEFAULT.crm(), new FieldMap(mapped), Mapping.DEFAULT.segments());

        assertThat(world.setUp().failed().values()).singleElement().asString().contains("a different alias, \"id1\"");
    }
}
