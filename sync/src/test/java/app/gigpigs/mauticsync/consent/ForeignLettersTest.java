package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mautic drops letters that it cannot store, and the rest of an address is another person's. */
class ForeignLettersTest {
    private final ServedWorld world = new ServedWorld(MauticVersion.V5_1);

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AL\u0130@EXAMPLE.COM",
                "\u212Aate@example.com",
                "mary\u00A0ann@example.com",
                "\u00A0ann@example.com",
                "jos\u00E9@example.com",
                "ann@ex\u0430mple.com"
            })
    void such_an_address_is_skipped_by_name_and_takes_no_other_mailbox(String written) {
        long other = world.scenario.mautic.addContact(Map.of("email", "al@example.com", "firstname", "Al"));
        long second = world.scenario.mautic.addContact(Map.of("email", "ate@example.com", "firstname", "Ate"));
        CustomerId customer = world.customer(1, written);
        world.run();

        assertThat(world.scenario.mautic.contacts()).hasSize(2);
        assertThat(world.scenario.mautic.contact(other).text("supabase_id")).isNull();
        assertThat(world.scenario.mautic.contact(second).text("supabase_id")).isNull();
        assertThat(world.scenario.status(customer, "state")).isEqualTo("skipped");
        assertThat(world.scenario.status(customer, "skip_reason")).isEqualTo("malformed_email");
    }
}
