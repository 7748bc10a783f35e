package app.gigpigs.mauticsync.setup.check;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.webhook.WebhookContract;
import app.gigpigs.mauticsync.setup.check.Finding.Level;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.RecordedRequest;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Scenario;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** doctor --contract: which answers differ from those of the versions that were tried. */
class ContractChecksTest {
    @ParameterizedTest
    @EnumSource
    void versions_that_were_tried_do_not_differ_and_are_only_read(MauticVersion version) {
        try (Scenario world = of(version)) {
            fill(world);
            world.mautic.clearRequests();

            assertThat(findings(world)).hasSizeGreaterThan(22).allMatch(finding -> finding.level() == Level.OK);
            assertThat(world.mautic.requests())
                    .filteredOn(request -> !request.path().contains("/oauth/"))
                    .isNotEmpty()
                    .extracting(RecordedRequest::method)
                    .containsOnly("GET");
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_empty_mautic_is_checked_as_far_as_possible(MauticVersion version) {
        try (Scenario world = of(version)) {
            assertThat(findings(world))
                    .filteredOn(finding -> finding.level() != Level.OK)
                    .extracting(Finding::subject)
                    .containsExactly("calls about one contact", "calls about one e-mail");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/contacts | {\"total\":\"1\",\"contacts\":{\"1\":{\"id\":1,\"fields\":{\"all\":[]},\"doNotContact\":[]}}}"
                        + " | contacts | contacts/*/fields/all is array, not object",
                "/api/fields/contact | {\"fields\":[{\"id\":1,\"alias\":\"secret-alias\",\"type\":3}]}"
                        + " | fields | fields/*/type is number, not text; fields/*/isPublished is missing, not boolean",
                "/api/segments | {\"segments\":[]} | segments | lists is missing, not array or object",
                "/api/hooks/triggers | {\"triggers\":{}} | webhook events | is missing, not object",
                "/api/stats | {\"tableColumns\":{\"page_hits\":[\"id\"]}} | columns of page_hits | has no email_id, lead_id"
            })
    void what_differs_is_named_without_a_value(String path, String body, String subject, String difference) {
        try (Scenario world = of(MauticVersion.V7_0)) {
            fill(world);
            for (int i = 0; i < 10; i++) {
                world.mautic.faults().next("GET", path, new Fault.Status(200, body));
            }

            assertThat(findings(world))
                    .filteredOn(finding -> finding.subject().equals(subject))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.level()).isEqualTo(Level.PROBLEM);
                        assertThat(finding.message()).contains(difference).doesNotContain("secret-alias");
                    });
        }
    }

    private static Scenario of(MauticVersion version) {
        return new Scenario(SimulatorSettings.defaults().withVersion(version));
    }

    private static void fill(Scenario world) {
        world.crm.add(1, Map.of("email", "a@example.com", "customer_segments", "{vip}"));
        world.crm.add(2, Map.of("email", "b@example.com", "marketing_opt_in", "false"));
        world.sync();
        world.mautic.webhooks().addWebhook(URI.create("https://crm.example.com/x"), "s", WebhookContract.TRIGGERS);
        world.mautic.campaigns().addMarketing("News", "Send news", 1);
        world.mautic
                .mails()
                .sendToContact(
                        world.mautic.mails().create("News", "Hello"),
                        world.contact("a@example.com").id());
    }

    private static List<Finding> findings(Scenario world) {
        return world.with(client -> new ContractChecks(client).findings());
    }
}
