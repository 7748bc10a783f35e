package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** undo restores what a run overwrote in Mautic. */
class UndoTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void undo_restores_the_values_of_a_matched_contact_and_unlinks_it() {
        long contact = world.mautic.addContact(Map.of(
                "email",
                "Ann@Example.com",
                "firstname",
                "Annie",
                "city",
                "Hobart",
                "total_orders",
                0,
                "lead_score",
                7,
                "last_order_date",
                "2025-05-06 07:08:00"));
        CustomerId ann = world.crm.add(
                1,
                Map.of(
                        "email",
                        "ann@example.com",
                        "first_name",
                        "Ann",
                        "total_orders",
                        "5",
                        "mobile",
                        "0400",
                        "last_order_date",
                        "2026-01-02 03:04:05+00",
                        "customer_segments",
                        "{vip}"));
        assertThat(world.sync().matched()).isEqualTo(1);
        assertThat(world.mautic.contact(contact).text("city")).isNull();

        Undo.Result undone = world.undo(world.lastRun()).orElseThrow();

        assertThat(undone.rejections()).isEmpty();
        assertThat(undone.restored()).isEqualTo(1);
        SimulatedContact back = world.mautic.contact(contact);
        assertThat(back.text("email")).isEqualToIgnoringCase("ann@example.com");
        assertThat(back.text("firstname")).isEqualTo("Annie");
        assertThat(back.text("city")).isEqualTo("Hobart");
        assertThat(back.text("mobile")).isNull();
        assertThat(back.text("supabase_id")).isNull();
        assertThat((BigDecimal) back.values().get("total_orders")).isEqualByComparingTo("0");
        assertThat((BigDecimal) back.values().get("lead_score")).isEqualByComparingTo("7");
        assertThat(back.text("last_order_date")).isEqualTo("2025-05-06 07:08:00");
        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();
        assertThat(world.status(ann, "mautic_contact_id")).isNull();
    }

    @Test
    void a_matched_contact_is_back_in_the_segments_that_people_had_put_it_into() {
        world.crm.add(9, Map.of("email", "first@example.com", "customer_segments", "{vip,inactive}"));
        world.sync();
        long contact = world.mautic.addContact(Map.of("email", "ann@example.com"));
        world.mautic.join("inactive-customers", contact);
        world.crm.add(1, Map.of("email", "ann@example.com", "customer_segments", "{vip}"));
        world.sync();
        assertThat(world.mautic.segmentMembers("vip-customers")).contains(contact);
        assertThat(world.mautic.segmentMembers("inactive-customers")).doesNotContain(contact);

        world.undo(world.lastRun());

        assertThat(world.mautic.segmentMembers("vip-customers")).doesNotContain(contact);
        assertThat(world.mautic.segmentMembers("inactive-customers")).contains(contact);
    }

    @Test
    void an_undone_contact_is_not_overwritten_before_a_retry_is_requested() {
        world.mautic.addContact(Map.of("email", "ann@example.com", "city", "Hobart"));
        world.crm.add(1, Map.of("email", "ann@example.com", "suburb", "Perth"));
        world.sync();
        world.undo(world.lastRun());
        assertThat(world.status(SmallCrm.id(1), "retry")).isEqualTo("on_change");

        world.letPausesPass();
        assertThat(world.sync().synced()).isZero();
        assertThat(world.contact("ann@example.com").text("city")).isEqualTo("Hobart");

        world.jdbi.useHandle(handle -> new ResendRequests(handle).rejected(Optional.empty()));
        assertThat(world.sync().matched()).isEqualTo(1);
        assertThat(world.contact("ann@example.com").text("city")).isEqualTo("Perth");
    }

    @Test
    void an_updated_contact_gets_back_what_people_had_written_in_mautic() {
        CustomerId ann = world.crm.add(1, Map.of("email", "ann@example.com", "suburb", "Perth", "first_name", "Ann"));
        world.sync();
        world.mautic.setValue(world.contact("ann@example.com").id(), "city", "Fremantle");
        world.crm.set(ann, "first_name", "Anna");
        world.sync();
        assertThat(world.contact("ann@example.com").text("city")).isEqualTo("Perth");

        world.undo(world.lastRun());

        assertThat(world.contact("ann@example.com").text("city")).isEqualTo("Fremantle");
        assertThat(world.contact("ann@example.com").text("firstname")).isEqualTo("Ann");
        assertThat(world.contact("ann@example.com").text("supabase_id")).isEqualTo(ann.toString());
    }

    @Test
    void text_with_an_ampersand_that_a_run_overwrites_is_kept_to_the_letter() {
        CustomerId ann = world.crm.add(1, Map.of("email", "a@example.com", "suburb", "Perth", "mobile", "0400 111"));
        world.sync();
        long contact = world.contact("a@example.com").id();
        world.mautic.setValue(contact, "city", "By hand");
        world.mautic.setValue(contact, "mobile", "0400-111");
        world.crm.set(ann, "suburb", "Bar & Grill");
        world.sync();

        world.undo(world.lastRun());

        assertThat(world.mautic.contact(contact).text("city")).isEqualTo("By hand");
        assertThat(world.mautic.contact(contact).text("mobile")).isEqualTo("0400-111");
    }

    @Test
    void after_an_undo_of_swapped_addresses_every_contact_has_an_address() {
        CustomerId ann = world.crm.add(1, Map.of("email", "a@example.com", "suburb", "Perth"));
        CustomerId bob = world.crm.add(2, Map.of("email", "b@example.com", "suburb", "Hobart"));
        world.sync();
        SmallCrm.execute(
                world.jdbi, "update public.customer_profiles set email = 'aside@example.com' where id = '" + ann + "'");
        world.crm.set(bob, "email", "a@example.com");
        world.crm.set(ann, "email", "b@example.com");
        assertThat(world.sync().updated()).isEqualTo(2);
        assertThat(Rows.of(world.jdbi, "select fields ->> 'email' from mautic_sync.overwritten_values order by 1"))
                .containsExactly("a@example.com", "b@example.com");

        world.undo(world.lastRun());

        assertThat(world.mautic.contacts()).allMatch(contact -> contact.text("email") != null);
    }

    @Test
    void an_undo_never_makes_a_person_mailable() {
        long contact = world.mautic.addContact(Map.of("email", "ann@example.com", "marketing_opt_in", true));
        world.crm.add(1, Map.of("email", "ann@example.com", "marketing_opt_in", "false", "suburb", "Perth"));
        world.sync();

        world.undo(world.lastRun());

        assertThat(world.mautic.contact(contact).values().get("marketing_opt_in"))
                .isEqualTo(false);
        assertThat(world.mautic.contact(contact).doNotContact()).hasSize(1);
    }

    @Test
    void undoing_twice_does_nothing_more_and_created_contacts_stay() {
        world.mautic.addContact(Map.of("email", "ann@example.com", "city", "Hobart"));
        world.crm.add(1, "ann@example.com");
        world.crm.add(2, "bob@example.com");
        world.sync();
        UUID run = world.lastRun();

        assertThat(world.undo(run).orElseThrow().restored()).isEqualTo(1);
        assertThat(world.undo(run).orElseThrow().kept()).isZero();
        assertThat(world.mautic.contacts()).hasSize(2);
    }

    @Test
    void nothing_is_kept_of_what_did_not_change_nor_when_keeping_is_switched_off() {
        world.mautic.addContact(Map.of("email", "ann@example.com", "city", "Hobart"));
        world.crm.add(1, Map.of("email", "ann@example.com", "suburb", "Perth"));
        OutboundSettings usual = Scenario.settings();
        OutboundSettings off = new OutboundSettings(
                usual.mapping(),
                usual.push(),
                new SafetySettings(usual.safety().safetyLimitPercent(), 10, Duration.ZERO),
                usual.unknownOutcomeWait());

        world.run(RunRequest.of(SyncMode.CHANGED), off);
        world.run(RunRequest.of(SyncMode.FULL));

        assertThat(Rows.of(world.jdbi, "select fields::text from mautic_sync.overwritten_values"))
                .isEmpty();
    }

    @Test
    void kept_values_are_deleted_after_their_retention() {
        world.mautic.addContact(Map.of("email", "ann@example.com", "city", "Hobart"));
        world.crm.add(1, "ann@example.com");
        world.sync();
        world.jdbi.useHandle(handle ->
                handle.execute("update mautic_sync.overwritten_values set taken_at = now() - interval '8 days'"));

        world.sync();

        assertThat(Rows.of(world.jdbi, "select run_id::text from mautic_sync.overwritten_values"))
                .isEmpty();
    }
}
