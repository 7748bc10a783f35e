package app.gigpigs.mauticsync.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.testing.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody, or somebody's click, takes a do-not-contact entry away in Mautic. */
class ResubscribeTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    private void contactable(long contact) {
        world.mautic.clearDoNotContact(contact);
        String body = "{\"mautic.lead_channel_subscription_changed\":[{\"contact\":{\"id\":" + contact
                + ",\"doNotContact\":[]},\"channel\":\"email\",\"old_status\":\"manual\",\"new_status\":\"contactable\","
                + "\"timestamp\":\"2026-11-24T12:00:00+00:00\"}]}";
        new Inbox(world.jdbi).add(body.getBytes(StandardCharsets.UTF_8), Map.of());
        new InboxRun(world.jdbi, CrmNames.DEFAULT, InboundWorld.SETTINGS).run();
    }

    @Test
    void while_the_crm_says_no_the_next_run_puts_the_entry_back() {
        world.crm.add(1, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        world.sync();
        long contact = world.contact("a@example.com").id();

        contactable(contact);
        assertThat(world.contact("a@example.com").doNotContact()).isEmpty();
        world.sync();

        assertThat(world.contact("a@example.com").doNotContact())
                .singleElement()
                .satisfies(entry -> assertThat(entry.reason()).isEqualTo(3));
        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void while_the_crm_says_yes_it_stays_away() {
        UUID customer = world.crm.add(1, "a@example.com");
        world.sync();
        long contact = world.contact("a@example.com").id();
        world.mautic.doNotContact(contact, 2);

        contactable(contact);
        world.sync();

        assertThat(world.contact("a@example.com").doNotContact()).isEmpty();
        assertThat(world.status(customer, "state")).isEqualTo("synced");
    }
}
