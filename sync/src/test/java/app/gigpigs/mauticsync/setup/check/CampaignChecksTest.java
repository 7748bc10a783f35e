package app.gigpigs.mauticsync.setup.check;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.setup.check.Finding.Level;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Scenario;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Campaigns that send e-mails to people with do-not-contact are named. */
class CampaignChecksTest {
    @ParameterizedTest
    @EnumSource
    void published_ones_are_named_with_their_event(MauticVersion version) {
        try (Scenario world = of(version)) {
            assertThat(findings(world))
                    .singleElement()
                    .extracting(Finding::level)
                    .isEqualTo(Level.OK);
            world.mautic.campaigns().addMarketing("News", "Send news", 1);
            world.mautic.campaigns().addUnpublished("Old bills", "Send old bill", 1);
            assertThat(findings(world))
                    .singleElement()
                    .extracting(Finding::level)
                    .isEqualTo(Level.OK);

            world.mautic.campaigns().addTransactional("Bills", "Send bill", 1);

            assertThat(findings(world)).singleElement().satisfies(finding -> {
                assertThat(finding.level()).isEqualTo(Level.WARNING);
                assertThat(finding.subject()).isEqualTo("campaign 3");
                assertThat(finding.message()).startsWith("\"Bills\" sends \"Send bill\" as a transactional e-mail");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = "V7_0")
    void many_are_counted(MauticVersion version) {
        try (Scenario world = of(version)) {
            for (int i = 0; i < 14; i++) {
                world.mautic.campaigns().addTransactional("Bills " + i, "Send", 1);
            }
            assertThat(findings(world))
                    .hasSize(11)
                    .last()
                    .satisfies(finding -> assertThat(finding.message()).startsWith("4 more"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "V7_0")
    void credentials_that_may_not_read_campaigns_are_no_problem(MauticVersion version) {
        try (Scenario world = of(version)) {
            world.mautic
                    .faults()
                    .next(
                            "GET",
                            "/api/campaigns",
                            new Fault.Status(
                                    403,
                                    "{\"errors\":[{\"message\":\"You do not have access to the requested area/action.\",\"code\":403,\"type\":null}]}"));
            assertThat(findings(world))
                    .singleElement()
                    .extracting(Finding::level)
                    .isEqualTo(Level.NOT_CHECKED);
        }
    }

    private static Scenario of(MauticVersion version) {
        return new Scenario(SimulatorSettings.defaults().withVersion(version));
    }

    private static List<Finding> findings(Scenario world) {
        return world.with(client -> new CampaignChecks(client.campaigns()).findings());
    }
}
