package app.gigpigs.mauticsync.outbound.payload;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.simulator.FieldSet;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Scenario;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ValuesTest {
    private Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    private void with(FieldSet fields) {
        world.close();
        world = new Scenario(SimulatorSettings.defaults().withFields(fields));
    }

    @ParameterizedTest
    @EnumSource(
            value = FieldSet.class,
            names = {"CRM_FIELDS", "CRM_FIELDS_AS_RECORDED"})
    void zeros_end_as_zeros_and_unknown_numbers_blank_whatever_mautics_defaults_are(FieldSet fields) {
        with(fields);
        CustomerId ann = world.crm.add(1, Map.of("email", "a@example.com", "total_orders", "5", "total_spent", "0.5"));
        world.crm.add(2, Map.of("email", "b@example.com", "lead_score", "0", "total_spent", "0"));
        world.sync();
        assertThat(number("a@example.com", "total_spent")).isEqualTo("0.50");
        assertThat(number("a@example.com", "lead_score")).isNull();
        assertThat(number("b@example.com", "lead_score")).isEqualTo("0");
        assertThat(number("b@example.com", "total_orders")).isNull();

        world.crm.set(ann, "total_orders", "0");
        world.crm.set(ann, "total_spent", "0.25");
        world.crm.set(ann, "lead_score", "0");
        assertThat(world.sync().updated()).isEqualTo(1);
        assertThat(number("a@example.com", "total_orders")).isEqualTo("0");
        assertThat(number("a@example.com", "total_spent")).isEqualTo("0.25");
        assertThat(number("a@example.com", "lead_score")).isEqualTo("0");
        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void the_full_replacement_for_a_zero_leaves_everything_else_as_it_was() {
        CustomerId ann =
                world.crm.add(1, Map.of("email", "a@example.com", "total_orders", "5", "customer_segments", "{vip}"));
        world.sync();
        long contact = world.contact("a@example.com").id();
        world.mautic.setValue(contact, "twitter", "@ann");
        world.mautic.setValue(contact, "attribution_date", "2026-01-02 03:04:00");
        world.mautic.setValue(contact, "points", new java.math.BigDecimal(42));
        world.mautic.unsubscribe(contact);

        world.crm.set(ann, "total_orders", "0");
        world.sync();

        SimulatedContact after = world.contact("a@example.com");
        assertThat(after.text("total_orders")).isEqualTo("0");
        assertThat(after.text("twitter")).isEqualTo("@ann");
        assertThat(after.text("attribution_date")).isEqualTo("2026-01-02 03:04:00");
        assertThat(after.text("points")).isEqualTo("42");
        assertThat(after.doNotContact()).hasSize(1);
        assertThat(world.mautic.segmentMembers("vip-customers")).containsExactly(contact);
    }

    @Test
    void a_zero_that_mautic_rejects_is_only_a_warning() {
        CustomerId ann = world.crm.add(1, Map.of("email", "a@example.com", "total_orders", "5"));
        world.sync();
        world.mautic.setValue(world.contact("a@example.com").id(), "country", "Yugoslavia (former)");

        world.crm.set(ann, "total_orders", "0");
        world.crm.set(ann, "customer_segments", "{vip}");
        world.crm.set(ann, "country", "Atlantis");
        assertThat(world.sync().updated()).isEqualTo(1);

        assertThat(world.status(ann, "warnings")).contains("a number below one was not written: country");
        assertThat(world.mautic.segmentMembers("vip-customers")).hasSize(1);
    }

    @Test
    void a_text_that_reads_as_zero_replaces_another() {
        CustomerId ann = world.crm.add(1, Map.of("email", "a@example.com", "address_line2", "Unit 7"));
        world.sync();

        world.crm.set(ann, "address_line2", "0");
        world.sync();

        assertThat(world.contact("a@example.com").text("address2")).isEqualTo("0");
    }

    @Test
    void no_full_replacement_is_sent_when_the_zero_is_there_already() {
        CustomerId ann = world.crm.add(1, Map.of("email", "a@example.com", "total_orders", "0"));
        world.sync();
        world.mautic.clearRequests();

        world.crm.set(ann, "suburb", "Newtown");
        world.sync();

        assertThat(world.mautic.requests())
                .noneMatch(request -> request.method().equals("PUT"));
        assertThat(number("a@example.com", "total_orders")).isEqualTo("0");
    }

    @Test
    void a_value_that_becomes_blank_in_the_crm_becomes_blank_in_mautic() {
        CustomerId ann = world.crm.add(
                1,
                Map.of(
                        "email",
                        "a@example.com",
                        "suburb",
                        "Newtown",
                        "total_orders",
                        "3",
                        "customer_segment",
                        "vip",
                        "last_order_date",
                        "2026-01-02T03:04:05Z"));
        world.sync();

        for (String column : new String[] {"suburb", "total_orders", "customer_segment", "last_order_date"}) {
            world.crm.set(ann, column, null);
        }
        world.crm.set(ann, "first_name", "  ");
        world.sync();

        SimulatedContact after = world.contact("a@example.com");
        for (String alias : new String[] {"city", "total_orders", "customer_segment", "last_order_date", "firstname"}) {
            assertThat(after.text(alias)).as(alias).isNull();
        }
    }

    @Test
    void a_length_that_mautic_rejects_is_remembered_and_only_that_value_is_cut() {
        with(FieldSet.CRM_FIELDS_AS_RECORDED);
        CustomerId first = world.crm.add(
                1, Map.of("email", "a@example.com", "last_event_name", "x".repeat(65), "suburb", "Newtown"));
        CustomerId second = world.crm.add(2, Map.of("email", "b@example.com", "last_event_name", "y".repeat(64)));

        assertThat(world.sync().created()).isEqualTo(2);

        assertThat(world.contact("a@example.com").text("city")).isEqualTo("Newtown");
        assertThat(world.contact("a@example.com").text("last_event_name")).isNull();
        assertThat(world.contact("b@example.com").text("last_event_name")).hasSize(64);
        assertThat(world.status(first, "warnings")).contains("last_event_name left out");
        assertThat(world.status(second, "warnings")).isEqualTo("{}");
        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void equal_numbers_in_another_notation_are_not_a_change() {
        CustomerId ann = world.crm.add(1, Map.of("email", "a@example.com", "total_spent", "12.50"));
        world.sync();

        world.crm.set(ann, "total_spent", "12.5000");

        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void invalid_numbers_are_left_out_with_a_warning() {
        CustomerId ann =
                world.crm.add(1, Map.of("email", "a@example.com", "total_spent", "NaN", "customer_since", "infinity"));

        assertThat(world.sync().created()).isEqualTo(1);

        assertThat(world.status(ann, "warnings"))
                .contains("total_spent left out")
                .contains("customer_since left out");
    }

    private String number(String email, String alias) {
        return world.contact(email).text(alias);
    }
}
