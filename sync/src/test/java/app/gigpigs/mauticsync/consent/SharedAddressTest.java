package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two customers share an address, and one of them, or their contact, changes after an opt-out. */
class SharedAddressTest {
    private static final String FAMILY = "family@example.com";

    private final ServedWorld world = new ServedWorld(MauticVersion.V5_1);

    @AfterEach
    void close() {
        world.close();
    }

    private void share() {
        world.customer(1, FAMILY);
        world.customer(2, FAMILY);
        world.customer(3, "other@example.com");
        world.run();
    }

    @ParameterizedTest
    @CsvSource({
        "the first leaves the view, true",
        "the first leaves the view, false",
        "the first loses its address, true",
        "the first loses its address, false",
        "the first gets another address, true",
        "the first gets another address, false",
        "the two exchange addresses with the third, true",
        "the two exchange addresses with the third, false",
        "the first is deleted, true",
        "the first is deleted, false"
    })
    void an_unsubscribed_address_is_never_mailable_on_another_contact(String change, boolean webhookArrives) {
        share();
        if (!webhookArrives) {
            world.loseWebhooks();
        }
        world.unsubscribes(FAMILY);
        world.seconds();

        change(change);
        try (ServedWorld.Watch watch = world.watch(FAMILY)) {
            for (int i = 0; i < 2; i++) {
                world.seconds();
                world.run();
            }
            world.catchUp();
            assertThat(watch.sawMailable()).isFalse();
        }
        assertThat(world.contacts(FAMILY)).isNotEmpty();
    }

    private void change(String change) {
        switch (change) {
            case "the first leaves the view" -> world.set(1, "in_view", "false");
            case "the first loses its address" -> world.set(1, "email", null);
            case "the first gets another address" -> world.set(1, "email", "new@example.com");
            case "the two exchange addresses with the third" -> {
                world.set(1, "email", "other@example.com");
                world.set(2, "email", "other@example.com");
                world.set(3, "email", FAMILY);
            }
            case "the first is deleted" -> world.scenario.crm.delete(app.gigpigs.mauticsync.testing.SmallCrm.id(1));
            default -> throw new AssertionError(change);
        }
    }

    @ParameterizedTest
    @CsvSource({"KEEP, true", "KEEP, false", "REMOVE_OWN, true", "REMOVE_OWN, false"})
    void the_opt_out_of_one_who_leaves_the_view_counts_for_the_other(ReconsentPolicy policy, boolean atOnce) {
        share();
        world.set(1, "marketing_opt_in", "false");
        if (!atOnce) {
            world.run(policy);
            assertThat(world.mailable(FAMILY)).isFalse();
        }
        world.set(1, "in_view", "false");

        world.run(policy);
        world.set(2, "suburb", "Kew");
        world.run(policy);

        assertThat(world.mailable(FAMILY)).isFalse();
    }

    @Test
    void an_opt_in_of_one_does_not_change_the_row_of_the_other() {
        share();
        world.set(1, "marketing_opt_in", "false");
        world.set(2, "marketing_opt_in", "false");
        world.run(ReconsentPolicy.REMOVE_OWN);

        world.set(2, "marketing_opt_in", "true");
        world.run(ReconsentPolicy.REMOVE_OWN);

        assertThat(world.mailable(FAMILY)).isFalse();
        assertThat(
                        app.gigpigs.mauticsync.testing.Rows.of(
                                world.scenario.jdbi,
                                "select marketing_opt_in::text from public.customer_profiles where email = 'family@example.com' order by id"))
                .containsExactly("false", "true");
    }
}
