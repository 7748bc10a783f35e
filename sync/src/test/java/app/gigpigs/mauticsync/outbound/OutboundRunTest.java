package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboundRunTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_customer_becomes_a_contact_with_all_mapped_fields_and_its_segments() {
        CustomerId ann = world.crm.add(
                1,
                Map.ofEntries(
                        Map.entry("email", " Ann@Example.com "),
                        Map.entry("first_name", "Ann"),
                        Map.entry("landline", "02 5550 1234"),
                        Map.entry("state", "NSW"),
                        Map.entry("country", "australia"),
                        Map.entry("customer_segment", "VIP"),
                        Map.entry("lead_score", "0"),
                        Map.entry("total_orders", "3"),
                        Map.entry("total_spent", "120.50"),
                        Map.entry("last_order_date", "2026-03-04T05:06:07+10:00"),
                        Map.entry("customer_segments", "{vip,new,newsletter}")));

        RunCounts counts = world.sync();

        assertThat(counts.created()).isEqualTo(1);
        assertThat(counts.segmentsAdded()).isEqualTo(2);
        SimulatedContact contact = world.contact("ann@example.com");
        assertThat(contact.text("email")).isEqualTo("Ann@Example.com");
        assertThat(contact.text("supabase_id")).isEqualTo(ann.toString());
        assertThat(contact.text("phone")).isEqualTo("02 5550 1234");
        assertThat(contact.text("state")).isEqualTo("New South Wales");
        assertThat(contact.text("country")).isEqualTo("Australia");
        assertThat(contact.text("customer_segment")).isEqualTo("vip");
        assertThat(contact.text("lead_score")).isEqualTo("0");
        assertThat(contact.text("total_spent")).isEqualTo("120.50");
        assertThat(contact.text("last_order_date")).isEqualTo("2026-03-03 19:06:00");
        assertThat(contact.values().get("marketing_opt_in")).isEqualTo(true);
        assertThat(world.mautic.segmentMembers("vip-customers")).containsExactly(contact.id());
        assertThat(world.status(ann, "state")).isEqualTo("synced");
        assertThat(world.status(ann, "warnings")).contains("newsletter");
    }

    @Test
    void a_run_that_runs_out_of_memory_is_not_logged_as_going_on() {
        world.crm.add(1, "ann@example.com");
        Progress full = new Progress() {
            @Override
            public void expect(int customers) {
                throw new OutOfMemoryError("thrown by the test");
            }

            @Override
            public void done(int customers) {}

            @Override
            public void note(String line) {}
        };

        assertThatThrownBy(() -> world.run(RunRequest.of(SyncMode.CHANGED), Scenario.settings(), full))
                .isInstanceOf(OutOfMemoryError.class);

        assertThat(Rows.of(world.jdbi, "select status from public.mautic_sync_logs"))
                .containsExactly("failed");
        assertThat(world.sync().created()).isEqualTo(1);
    }

    @Test
    void a_second_run_sends_nothing_and_a_third_only_what_changed() {
        for (int i = 1; i <= 30; i++) {
            world.crm.add(i, "c" + i + "@example.com");
        }
        assertThat(world.sync().created()).isEqualTo(30);

        RunCounts second = world.sync();
        assertThat(second.synced()).isZero();
        assertThat(second.unchanged()).isEqualTo(30);

        CustomerId changed = SmallCrm.id(7);
        world.crm.set(changed, "suburb", "Newtown");
        RunCounts third = world.sync();
        assertThat(third.updated()).isEqualTo(1);
        assertThat(third.unchanged()).isEqualTo(29);
        assertThat(world.contact("c7@example.com").text("city")).isEqualTo("Newtown");
    }

    @Test
    void every_run_writes_one_row_with_what_it_did() {
        world.crm.add(1, "a@example.com");
        world.crm.add(2, "not an address");

        world.sync();

        assertThat(
                        Rows.of(
                                world.jdbi,
                                "select status || ' ' || contacts_synced || ' ' || contacts_created || ' ' || contacts_skipped || ' ' || (requests > 0) from public.mautic_sync_logs"))
                .containsExactly("done 1 1 1 true");
    }
}
