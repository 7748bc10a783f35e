package app.gigpigs.mauticsync.setup.check;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.inbound.webhook.WebhookContract;
import app.gigpigs.mauticsync.setup.check.Finding.Level;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Scenario;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Mautic's own log of its deliveries says why none arrives. */
class DeliveryLogChecksTest {
    private static final String SECRET = "secret";

    @ParameterizedTest
    @EnumSource(names = "V7_0")
    void deliveries_that_arrive_are_no_finding(MauticVersion version) {
        try (Scenario world = of(version);
                Receiver receiver = new Receiver(world.jdbi, SECRET)) {
            world.mautic.webhooks().addWebhook(address(receiver.port()), SECRET, WebhookContract.TRIGGERS);
            event(world);

            assertThat(findings(world, receiver.port())).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_delivery_that_does_not_arrive_is_told_with_mautics_own_reason(MauticVersion version) {
        try (Scenario world = of(version)) {
            world.mautic.webhooks().addWebhook(address(1), SECRET, WebhookContract.TRIGGERS);
            event(world);

            assertThat(findings(world, 1)).singleElement().satisfies(finding -> {
                assertThat(finding.level()).isEqualTo(Level.PROBLEM);
                assertThat(finding.subject()).isEqualTo("deliveries of webhook 1");
                assertThat(finding.message()).contains("failed: N/A").contains("port 1");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = "V7_0")
    void one_that_fails_among_good_ones_is_a_warning(MauticVersion version) {
        try (Scenario world = of(version)) {
            Receiver receiver = new Receiver(world.jdbi, SECRET);
            try {
                world.mautic.webhooks().addWebhook(address(receiver.port()), SECRET, WebhookContract.TRIGGERS);
                event(world);
            } finally {
                receiver.close();
            }
            event(world);

            assertThat(findings(world, receiver.port()))
                    .singleElement()
                    .extracting(Finding::level)
                    .isEqualTo(Level.WARNING);
        }
    }

    @ParameterizedTest
    @CsvSource({"V4_4, false", "V5_1, false", "V7_0, true"})
    void a_private_address_is_warned_of_before_anything_was_delivered(MauticVersion version, boolean warned) {
        try (Scenario world = of(version)) {
            assertThat(findings(world, 8080)).hasSize(warned ? 1 : 0).allSatisfy(finding -> {
                assertThat(finding.level()).isEqualTo(Level.WARNING);
                assertThat(finding.fix()).contains("'webhook_allowed_private_addresses' => ['127.0.0.1']");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = "V7_0")
    void mautic_7_that_does_not_send_to_the_address_is_told_with_the_setting(MauticVersion version) {
        try (Scenario world = of(version)) {
            world.mautic.webhooks().forbidPrivateAddresses();
            world.mautic.webhooks().addWebhook(address(8080), SECRET, WebhookContract.TRIGGERS);
            event(world);

            assertThat(findings(world, 8080)).singleElement().satisfies(finding -> {
                assertThat(finding.level()).isEqualTo(Level.PROBLEM);
                assertThat(finding.message()).contains("private addresses");
                assertThat(finding.fix()).contains("webhook_allowed_private_addresses");
            });
        }
    }

    private static Scenario of(MauticVersion version) {
        return new Scenario(SimulatorSettings.defaults().withVersion(version));
    }

    private static URI address(int port) {
        return URI.create("http://127.0.0.1:" + port + "/webhooks/mautic");
    }

    private static void event(Scenario world) {
        world.mautic.doNotContact(world.mautic.addContact(Map.of("email", "a@example.com")), 1);
    }

    private static List<Finding> findings(Scenario world, int port) {
        return world.with(client -> {
            client.probe().greet();
            return new DeliveryLogChecks(client.stats(), client.release())
                    .findings(
                            client.webhooks().all().stream().findFirst(),
                            Optional.of(address(port).toString()));
        });
    }
}
