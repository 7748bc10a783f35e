package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Mautic's merges lose do-not-contact entries: of the loser, and of a contact whose address comes in by a form. */
class MergedContactsTest {
    private static final String JANE = "jane@example.com";
    private static final String BOB = "bob@example.com";

    private ServedWorld world;

    @AfterEach
    void close() {
        world.close();
    }

    private void start(MauticVersion version) {
        world = new ServedWorld(version);
        world.customer(1, JANE);
        world.customer(2, BOB);
        world.run();
    }

    @ParameterizedTest
    @CsvSource({
        "V4_4, true, true", "V5_1, true, true", "V7_0, true, true",
        "V4_4, false, true", "V5_1, false, true", "V7_0, false, true",
        "V4_4, true, false", "V5_1, true, false", "V7_0, true, false",
        "V4_4, false, false", "V5_1, false, false", "V7_0, false, false"
    })
    void the_winner_of_a_merge_is_not_mailable_when_either_opted_out(
            MauticVersion version, boolean optedOutLoses, boolean webhookArrives) {
        start(version);
        world.unsubscribes(JANE);
        world.seconds();
        if (!webhookArrives) {
            world.loseWebhooks();
        }
        long jane = world.contact(JANE);
        long bob = world.contact(BOB);

        if (optedOutLoses) {
            world.scenario.mautic.people().merge(jane, bob);
        } else {
            world.scenario.mautic.people().merge(bob, jane);
        }
        world.seconds();
        if (!webhookArrives) {
            world.catchUp();
        }

        assertThat(world.scenario.mautic.contacts())
                .singleElement()
                .satisfies(contact -> assertThat(contact.doNotContact()).isNotEmpty());
        runs();
        assertThat(world.mailable(JANE)).isFalse();
        assertEachHasAContactOrANamedConflict();
    }

    @ParameterizedTest
    @CsvSource({"V4_4, true", "V5_1, true", "V7_0, true", "V4_4, false", "V5_1, false", "V7_0, false"})
    void a_form_with_a_known_address_does_not_make_it_mailable(MauticVersion version, boolean webhookArrives) {
        start(version);
        world.unsubscribes(JANE);
        world.seconds();
        if (!webhookArrives) {
            world.loseWebhooks();
        }

        world.scenario.mautic.people().fillsForm(JANE);
        world.seconds();
        if (!webhookArrives) {
            world.catchUp();
        }

        assertThat(world.mailable(JANE)).isFalse();
        runs();
        assertThat(world.mailable(JANE)).isFalse();
        assertThat(world.mailable(BOB)).isTrue();
        assertEachHasAContactOrANamedConflict();
    }

    @ParameterizedTest
    @EnumSource
    void an_import_or_a_form_of_mautic_does_not_make_an_address_mailable_that_only_the_crm_knows(
            MauticVersion version) {
        start(version);
        world.set(1, "in_view", "false");
        world.set(1, "marketing_opt_in", "false");
        world.set(2, "in_view", "true");
        world.run();
        world.seconds();
        world.scenario.mautic.deleteContact(world.contact(JANE));
        world.seconds();

        world.scenario.mautic.people().importsContacts(List.of(Map.of("email", JANE)));
        world.seconds();
        assertThat(world.contacts(JANE)).hasSize(1);
        assertThat(world.mailable(JANE)).isFalse();

        world.scenario.mautic.deleteContact(world.contact(JANE));
        world.scenario.mautic.people().fillsForm(JANE);
        world.seconds();
        assertThat(world.contacts(JANE)).hasSize(1);
        assertThat(world.mailable(JANE)).isFalse();
    }

    /** Seen on 7.0.0: by the id of a merged contact it writes to the winner, without a hint. */
    @ParameterizedTest
    @EnumSource
    void a_merge_while_a_contact_is_written_leaves_both_with_their_own_values(MauticVersion version) {
        start(version);
        long jane = world.contact(JANE);
        long bob = world.contact(BOB);
        world.set(1, "suburb", "Kew");
        world.scenario
                .mautic
                .faults()
                .next(
                        "PATCH",
                        "/api/contacts/batch/edit",
                        new Fault.Meanwhile(() -> world.scenario.mautic.people().merge(jane, bob)));

        runs();

        assertThat(world.contact(BOB)).isEqualTo(bob);
        assertThat(world.scenario.contact(BOB).text("supabase_id"))
                .isEqualTo(SmallCrm.id(2).toString());
        assertThat(world.scenario.contact(BOB).text("city")).isNotEqualTo("Kew");
        assertThat(world.scenario.contact(JANE).text("city")).isEqualTo("Kew");
        assertThat(world.mailable(JANE)).isTrue();
        assertEachHasAContactOrANamedConflict();
    }

    /** As a merge leaves them where the loser was changed last: its address wins. */
    @ParameterizedTest
    @EnumSource
    void a_customer_whose_contact_got_the_address_of_another_gets_its_own_back(MauticVersion version) {
        start(version);
        long bob = world.contact(BOB);
        world.scenario.mautic.deleteContact(world.contact(JANE));
        world.scenario.mautic.setValue(bob, "email", JANE);
        world.seconds();

        runs();

        assertThat(world.contact(BOB)).isEqualTo(bob);
        assertThat(world.mailable(BOB)).isTrue();
        assertThat(world.mailable(JANE)).isTrue();
        assertEachHasAContactOrANamedConflict();
    }

    /** Nobody else needs the address that it got, so no conflict tells of it. */
    @ParameterizedTest
    @CsvSource({"V4_4, true", "V5_1, true", "V7_0, true", "V4_4, false", "V5_1, false", "V7_0, false"})
    void a_customer_whose_contact_got_the_values_of_a_merged_one_gets_its_own_back(
            MauticVersion version, boolean webhookArrives) {
        world = new ServedWorld(version);
        world.customer(2, BOB);
        world.run();
        world.scenario.mautic.clock(() -> Instant.now().plusSeconds(60));
        world.customer(1, JANE);
        world.set(1, "suburb", "Ely");
        world.run();
        long jane = world.contact(JANE);
        long bob = world.contact(BOB);
        world.set(1, "in_view", "false");
        world.run();
        world.seconds();
        if (!webhookArrives) {
            world.loseWebhooks();
        }

        world.scenario.mautic.people().merge(jane, bob);
        assertThat(world.contacts(BOB)).isEmpty();
        world.seconds();
        if (!webhookArrives) {
            world.catchUp();
        }
        runs();

        assertThat(world.contact(BOB)).isEqualTo(bob);
        assertThat(world.scenario.contact(BOB).text("city")).isNotEqualTo("Ely");
        assertThat(world.mailable(BOB)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void an_address_that_was_edited_in_mautic_is_put_right_by_the_next_run(MauticVersion version) {
        start(version);
        long bob = world.contact(BOB);

        world.scenario.mautic.setValue(bob, "email", "robert@example.com");
        world.seconds();
        runs();

        assertThat(world.contact(BOB)).isEqualTo(bob);
        assertThat(world.mailable(BOB)).isTrue();
        assertEachHasAContactOrANamedConflict();
    }

    @ParameterizedTest
    @EnumSource
    void a_contact_with_the_id_of_a_deleted_one_is_a_new_persons(MauticVersion version) {
        start(version);
        long jane = world.contact(JANE);
        world.scenario.mautic.deleteContact(jane);
        world.scenario.mautic.addContact(jane, Map.of("email", "newcomer@example.com", "city", "Ely"));
        world.set(1, "suburb", "Kew");

        runs();

        assertThat(world.scenario.contact("newcomer@example.com").text("city")).isEqualTo("Ely");
        assertThat(world.scenario.contact("newcomer@example.com").text("supabase_id"))
                .isNull();
        assertThat(world.scenario.contact(JANE).text("city")).isEqualTo("Kew");
    }

    private void runs() {
        for (int i = 0; i < 3; i++) {
            world.run();
            world.seconds();
            world.scenario.letPausesPass();
        }
    }

    private void assertEachHasAContactOrANamedConflict() {
        assertThat(
                        Rows.of(
                                world.scenario.jdbi,
                                "select state || ' ' || coalesce(sync_error, '') from public.mautic_sync_status order by customer_id"))
                .hasSize(2)
                .allMatch(state -> state.startsWith("synced") || state.contains("contact"), "synced or named");
        List<String> linked = Rows.of(
                world.scenario.jdbi,
                "select mautic_contact_id::text from public.mautic_sync_status where state = 'synced'");
        assertThat(linked).doesNotHaveDuplicates();
    }
}
