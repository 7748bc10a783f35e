package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An opt-out by webhook about a contact id of ours with an address that is not: the sample of Mautic's test button, as 7.0.1
 * sends it, without a mark. It opts nobody out, and an opt-out that is real is not lost.
 */
class UnconfirmedOptOutTest {
    @ParameterizedTest
    @EnumSource
    void a_sample_opts_nobody_out(MauticVersion version) {
        try (Scenario world = oneCustomer(version)) {
            receive(world, "manual", "Test@email.com", "");
            receive(world, "unsubscribed", "Test@email.com", "");
            receive(world, "bounced", "Test@email.com", "");

            assertThat(world.deliverOptOuts()).isZero();

            assertThat(optedIn(world)).isEqualTo("true");
            assertThat(statements(world)).isEmpty();
            assertThat(world.contact("a@example.com").doNotContact()).isEmpty();
            assertThat(Rows.of(world.jdbi, "select id::text from mautic_sync.outbox"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void one_that_mautic_confirms_counts_as_soon_as_mautic_answers(MauticVersion version) {
        try (Scenario world = oneCustomer(version)) {
            world.mautic.unsubscribe(world.contact("a@example.com").id());
            receive(world, "unsubscribed", "elsewhere@example.com", "");
            assertThat(optedIn(world)).isEqualTo("true");
            world.mautic.faults().apiDisabled(true);
            assertThat(world.deliverOptOuts()).isZero();
            assertThat(Rows.of(world.jdbi, "select kind || ' ' || state from mautic_sync.outbox"))
                    .as("it waits until Mautic answers")
                    .containsExactly("opt_out pending");
            SmallCrm.execute(world.jdbi, "update mautic_sync.outbox set next_attempt_at = now()");
            world.mautic.faults().apiDisabled(false);

            world.deliverOptOuts();

            assertThat(optedIn(world)).isEqualTo("false");
            assertThat(statements(world)).containsExactly("a@example.com unsubscribed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "V7_0")
    void a_customers_contact_whose_address_was_changed_in_mautic_is_believed(MauticVersion version) {
        try (Scenario world = oneCustomer(version)) {
            receive(
                    world,
                    "unsubscribed",
                    "changed@example.com",
                    ",\"supabase_id\":{\"value\":\"" + SmallCrm.id(1) + "\"}");

            assertThat(optedIn(world)).isEqualTo("false");
            assertThat(statements(world)).contains("a@example.com unsubscribed", "changed@example.com unsubscribed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "V7_0")
    void so_is_one_with_an_address_that_the_customer_has_by_now(MauticVersion version) {
        try (Scenario world = oneCustomer(version)) {
            world.crm.set(SmallCrm.id(1), "email", "new@example.com");
            receive(world, "unsubscribed", "New@example.com", "");

            assertThat(optedIn(world)).isEqualTo("false");
        }
    }

    private static Scenario oneCustomer(MauticVersion version) {
        Scenario world = new Scenario(SimulatorSettings.defaults().withVersion(version));
        world.crm.add(1, "a@example.com");
        world.sync();
        return world;
    }

    /** A delivery about the customer's contact, with another address and these fields. */
    private static void receive(Scenario world, String status, String address, String fields) {
        long contact = world.contact("a@example.com").id();
        SmallCrm.execute(
                world.jdbi,
                "insert into mautic_sync.inbox (body) values ('"
                        + ("{\"mautic.lead_channel_subscription_changed\":[{\"contact\":{\"id\":" + contact
                                + ",\"points\":0,\"fields\":{\"core\":{\"email\":{\"value\":\"" + address + "\"}"
                                + fields
                                + "},\"personal\":[]}},\"channel\":\"email\",\"old_status\":\"contactable\",\"new_status\":\""
                                + status + "\",\"timestamp\":\"2026-11-20T00:05:18-06:00\"}]}")
                        + "')");
        InboxProcessor.Result result =
                new InboxProcessor(world.jdbi, CrmSides.of(CrmNames.DEFAULT), InboundSettings.DEFAULT).run();
        assertThat(result.dead()).isZero();
    }

    private static String optedIn(Scenario world) {
        return Rows.one(world.jdbi, "select marketing_opt_in::text from public.customer_profiles");
    }

    private static List<String> statements(Scenario world) {
        return Rows.of(
                world.jdbi, "select address || ' ' || reason from mautic_sync.consent_ledger where ended_at is null");
    }
}
