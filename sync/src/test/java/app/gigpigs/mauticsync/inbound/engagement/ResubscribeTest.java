package app.gigpigs.mauticsync.inbound.engagement;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule.MissingOptIn;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpReport;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpWorld;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Scenario;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A do-not-contact entry is removed in Mautic, by an admin or by the resubscribe link. */
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
        new InboxProcessor(world.jdbi, CrmSides.of(CrmNames.DEFAULT), InboundWorld.SETTINGS).run();
    }

    @Test
    void the_entry_of_a_customer_opted_out_in_the_crm_is_put_back_at_once() {
        world.crm.add(1, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        world.sync();
        long contact = world.contact("a@example.com").id();

        contactable(contact);
        assertThat(world.contact("a@example.com").doNotContact()).isEmpty();
        assertThat(world.deliverOptOuts()).isOne();

        assertThat(world.contact("a@example.com").doNotContact())
                .singleElement()
                .satisfies(entry -> assertThat(entry.reason()).isEqualTo(3));
        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void catching_up_finds_a_removed_entry_whose_webhook_was_lost() {
        Map<String, CustomerId> customers = new LinkedHashMap<>();
        for (int number = 1; number <= 12; number++) {
            String email = "p" + number + "@example.com";
            customers.put(
                    email,
                    world.crm.add(number, Map.of("email", email, "marketing_opt_in", String.valueOf(number % 4 == 0))));
        }
        world.sync();
        List<String> missing = List.of("p1@example.com", "p7@example.com", "p11@example.com");
        missing.forEach(
                email -> world.mautic.clearDoNotContact(world.contact(email).id()));

        CatchUpReport report = caughtUp();

        assertThat(report.missingDoNotContact()).isEqualTo(3);
        assertThat(report.message())
                .contains("missing do-not-contact entries of people who must not be mailed: 3; they were put back");
        assertThat(customers.keySet())
                .allSatisfy(email -> assertThat(world.contact(email).doNotContact())
                        .as(email)
                        .hasSize(email.matches("p(4|8|12)@.*") ? 0 : 1));
        world.jdbi.useHandle(handle ->
                handle.execute("update mautic_sync.catch_up_cursor set completed_at = now() - interval '2 days'"));
        assertThat(caughtUp().missingDoNotContact()).isZero();
        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void a_row_without_an_effect_on_mailing_is_not_an_entry() {
        world.crm.add(1, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        world.sync();
        long contact = world.contact("a@example.com").id();
        world.mautic.clearDoNotContact(contact);
        world.mautic.doNotContact(contact, 0);

        assertThat(caughtUp().missingDoNotContact()).isPositive();
    }

    @Test
    void a_missing_entry_for_an_opt_out_by_a_shared_address_is_found() {
        world.crm.add(1, Map.of("email", "family@example.com", "marketing_opt_in", "true"));
        world.crm.add(2, Map.of("email", "family@example.com", "marketing_opt_in", "false"));
        world.sync();
        world.mautic.clearDoNotContact(world.contact("family@example.com").id());

        assertThat(caughtUp().missingDoNotContact()).isEqualTo(1);
        world.sync();
        assertThat(world.contact("family@example.com").doNotContact()).hasSize(1);
    }

    @Test
    void a_customer_without_an_opt_in_value_has_no_missing_entry_where_that_means_nothing() {
        CustomerId silent = world.crm.add(1, "a@example.com");
        world.crm.set(silent, "marketing_opt_in", null);
        world.sync(Mapping.DEFAULT.with(ConsentRule.DEFAULT.with(MissingOptIn.MAILABLE)));
        assertThat(world.contact("a@example.com").doNotContact()).isEmpty();

        CrmAccess lenient = new CrmAccess(
                CrmNames.DEFAULT,
                ConsentRule.DEFAULT.with(MissingOptIn.MAILABLE),
                new ErasureRegister(Optional.empty()),
                (handle, customers, why) -> 0);
        assertThat(caughtUp(lenient).missingDoNotContact()).isZero();
    }

    private CatchUpReport caughtUp() {
        return caughtUp(CrmSides.of(CrmNames.DEFAULT));
    }

    private CatchUpReport caughtUp(CrmAccess crm) {
        return world.with(client ->
                CatchUpWorld.done(new CatchUp(world.jdbi, client, crm, CatchUpWorld.pages(2), InstantSource.system())
                        .run(CatchUp.Extent.DUE, "command")));
    }

    @Test
    void the_entry_of_a_customer_opted_in_in_the_crm_is_not_restored() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        world.sync();
        long contact = world.contact("a@example.com").id();
        world.mautic.doNotContact(contact, 2);

        contactable(contact);
        world.sync();

        assertThat(world.contact("a@example.com").doNotContact()).isEmpty();
        assertThat(world.status(customer, "state")).isEqualTo("synced");
    }
}
