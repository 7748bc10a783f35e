package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** People who leave and come back, whose contact is deleted, and what counts of what they said before. */
class ReturningCustomerTest {
    private static final String JANE = "jane@example.com";

    private final ServedWorld world = new ServedWorld(MauticVersion.V5_1);

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_deleted_customer_who_signs_up_again_is_mailable(boolean inOneRun) {
        CustomerId first = world.customer(1, JANE);
        world.run();
        world.scenario.crm.delete(first);
        if (!inOneRun) {
            world.run();
            assertThat(world.mailable(JANE)).isFalse();
        }

        world.customer(2, JANE);
        world.run();
        world.run();

        assertThat(world.contacts(JANE)).hasSize(1);
        assertThat(world.mailable(JANE)).isTrue();
        assertThat(world.scenario.status(SmallCrm.id(2), "mautic_contact_id"))
                .isEqualTo(String.valueOf(world.contact(JANE)));
    }

    @ParameterizedTest
    @EnumSource
    void one_who_had_unsubscribed_is_not(ReconsentPolicy policy) {
        CustomerId first = world.customer(1, JANE);
        world.run();
        world.unsubscribes(JANE);
        world.seconds();
        world.scenario.crm.delete(first);
        world.run();

        world.customer(2, JANE);
        world.run(policy);
        world.run(policy);

        assertThat(world.mailable(JANE)).isFalse();
        assertThat(new ConsentConflicts(world.scenario.jdbi, CrmNames.DEFAULT).list(10))
                .as("a person decides")
                .singleElement()
                .satisfies(conflict -> assertThat(conflict.reason()).isEqualTo(1));
    }

    @ParameterizedTest
    @CsvSource({
        "'', not an opt-in: not mailable",
        "false, not an opt-in: not mailable",
    })
    void one_who_signs_up_without_an_opt_in_is_not(String optIn, String why) {
        CustomerId first = world.customer(1, JANE);
        world.run();
        world.scenario.crm.delete(first);
        world.run();

        world.customer(2, JANE);
        world.set(2, "marketing_opt_in", optIn.isEmpty() ? null : optIn);
        world.run();

        assertThat(world.mailable(JANE)).as(why).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update public.customer_emails set is_valid = false",
                "update public.customer_emails set bounce_count = 3"
            })
    void the_contact_of_an_invalid_address_is_created_with_do_not_contact(String invalid) {
        SmallCrm.execute(world.scenario.jdbi, """
                create table public.customer_emails (
                  customer_id uuid, email text, is_valid boolean not null default true, bounce_count integer not null default 0)
                """);
        new Migration(world.scenario.database.dataSource(), CrmNames.DEFAULT).run();
        CustomerId jane = world.customer(1, JANE);
        SmallCrm.execute(
                world.scenario.jdbi,
                "insert into public.customer_emails (customer_id, email) values ('" + jane + "', '" + JANE + "')");
        world.run();
        SmallCrm.execute(world.scenario.jdbi, invalid);
        world.seconds();
        world.run();
        assertThat(world.mailable(JANE)).isFalse();

        world.scenario.mautic.deleteContact(world.contact(JANE));
        try (ServedWorld.Watch watch = world.watch(JANE)) {
            world.seconds();
            world.run();
            assertThat(watch.sawMailable()).isFalse();
        }
        assertThat(world.contacts(JANE)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_deleted_contact_of_an_opted_in_customer_is_created_again(boolean webhookArrives) {
        world.customer(1, JANE);
        world.run();
        if (!webhookArrives) {
            world.loseWebhooks();
        }

        world.scenario.mautic.deleteContact(world.contact(JANE));
        world.seconds();
        if (!webhookArrives) {
            world.catchUp();
        }
        world.run();

        assertThat(world.contacts(JANE)).hasSize(1);
        assertThat(world.mailable(JANE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_entry_removed_by_hand_after_the_customer_left_is_put_back(boolean webhookArrives) {
        world.customer(1, JANE);
        world.customer(2, "stays@example.com");
        world.set(1, "marketing_opt_in", "false");
        world.run();
        world.set(1, "in_view", "false");
        world.run();
        if (!webhookArrives) {
            world.catchUp();
            world.loseWebhooks();
        }

        world.scenario.mautic.clearDoNotContact(world.contact(JANE));
        world.seconds();
        if (!webhookArrives) {
            world.catchUp();
        }

        assertThat(world.mailable(JANE)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void the_later_of_an_opt_in_and_an_unsubscribe_within_one_interval_counts(ReconsentPolicy policy) {
        world.scenario.crm.add(1, Map.of("email", JANE, "marketing_opt_in", "false"));
        world.run(policy);
        world.scenario.mautic.clearDoNotContact(world.contact(JANE));

        world.set(1, "marketing_opt_in", "true");
        world.unsubscribes(JANE);
        world.seconds();
        world.run(policy);
        world.run(policy);

        assertThat(world.mailable(JANE)).isFalse();
    }

    @Test
    void without_an_opt_in_an_address_goes_by_those_who_opted_in_and_is_mailable_with_the_first_opt_in() {
        world.customer(1, JANE);
        world.customer(2, JANE);
        world.set(2, "marketing_opt_in", null);
        world.customer(3, "alone@example.com");
        world.set(3, "marketing_opt_in", null);
        world.run();
        assertThat(world.mailable(JANE)).isTrue();
        assertThat(world.mailable("alone@example.com")).isFalse();
        assertThat(world.contacts("alone@example.com").get(0).doNotContact())
                .singleElement()
                .satisfies(entry -> assertThat(entry.comments()).contains("opt-in"));

        world.set(3, "marketing_opt_in", "true");
        world.run();
        assertThat(world.mailable("alone@example.com")).isTrue();
    }
}
