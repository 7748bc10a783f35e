package app.gigpigs.mauticsync.consent.suppression;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.consent.suppression.list.ListOptions;
import app.gigpigs.mauticsync.consent.suppression.list.SuppressionList;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.simulator.DoNotContactEntry;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.RecordedRequest;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A do-not-contact entry that a contact has already is never sent over: Mautic 7 replaces its reason and comment by the new
 * ones (seen on 7.0.0), and with "bounced" the reason would be lost why the address takes no mails.
 */
class ExistingEntryTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void an_opt_out_in_the_crm_leaves_a_bounce_as_it_is(MauticVersion version) {
        try (Scenario world = of(version)) {
            world.crm.add(1, "a@example.com");
            world.sync();
            world.mautic.doNotContact(world.contact("a@example.com").id(), 2);

            world.crm.set(SmallCrm.id(1), "marketing_opt_in", "false");
            world.sync();

            assertThat(reasons(world)).containsExactly(2);
            assertThat(world.mautic.requests()).filteredOn(this::setsEntry).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void so_does_one_of_a_customer_whom_mautic_rejects(MauticVersion version) {
        try (Scenario world = of(version)) {
            world.crm.add(1, "a@example.com");
            world.sync();
            world.mautic.doNotContact(world.contact("a@example.com").id(), 2);
            for (int i = 0; i < 3; i++) {
                world.mautic.faults().next("PATCH", "/api/contacts/batch/edit", new Fault.Status(500, "{}"));
            }

            world.crm.set(SmallCrm.id(1), "marketing_opt_in", "false");
            world.run(SyncMode.CHANGED);

            assertThat(reasons(world)).containsExactly(2);
            assertThat(world.mautic.requests()).filteredOn(this::setsEntry).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "V4_4, REMOVE_OWN", "V4_4, NEWEST_WINS",
        "V5_1, REMOVE_OWN", "V5_1, NEWEST_WINS",
        "V7_0, REMOVE_OWN", "V7_0, NEWEST_WINS"
    })
    void who_opts_in_again_after_an_imported_bounce_is_not_mailed(MauticVersion version, ReconsentPolicy policy)
            throws IOException {
        try (Scenario world = of(version)) {
            world.crm.add(1, "a@example.com");
            Path file = folder.resolve("list.csv");
            Files.writeString(file, "a@example.com,bounced\n");
            world.with(client -> {
                try {
                    return new SuppressionImport(
                                    world.jdbi,
                                    client,
                                    Mapping.DEFAULT,
                                    new ErasureRegister(Optional.empty()),
                                    InstantSource.system())
                            .apply(SuppressionList.of(file, ListOptions.NONE), lines -> {});
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            sync(world, policy);
            assertThat(reasons(world)).containsExactly(2);

            for (boolean optIn : new boolean[] {false, true}) {
                world.crm.set(SmallCrm.id(1), "marketing_opt_in", String.valueOf(optIn));
                sync(world, policy);
                world.deliverOptOuts();
                assertThat(reasons(world)).containsExactly(2);
            }
        }
    }

    private static void sync(Scenario world, ReconsentPolicy policy) {
        OutboundSettings usual = Scenario.settings();
        OutboundSettings settings = new OutboundSettings(
                usual.mapping(),
                usual.push(),
                usual.safety(),
                Duration.ofMillis(100),
                new ConsentSettings(Optional.empty(), ConsentSettings.DEFAULT.deleted(), policy));
        assertThat(world.run(SyncMode.CHANGED, settings, world.mauticSettings()))
                .isInstanceOf(RunResult.Done.class);
    }

    private static Scenario of(MauticVersion version) {
        return new Scenario(SimulatorSettings.defaults().withVersion(version));
    }

    private static List<Integer> reasons(Scenario world) {
        return world.contact("a@example.com").doNotContact().stream()
                .map(DoNotContactEntry::reason)
                .toList();
    }

    private boolean setsEntry(RecordedRequest request) {
        return request.path().contains("/dnc/") || request.body().contains("doNotContact");
    }
}
