package app.gigpigs.mauticsync.outbound.segment;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.SegmentMap;
import app.gigpigs.mauticsync.mautic.Segment;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SegmentTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    private CustomerId ann(String segments) {
        return world.crm.add(1, Map.of("email", "ann@example.com", "customer_segments", segments));
    }

    private long contact() {
        return world.contact("ann@example.com").id();
    }

    @Test
    void the_four_segments_are_created_once() {
        world.sync();
        world.sync();

        assertThat(world.mautic.segmentAliases())
                .containsExactlyInAnyOrder("vip-customers", "regular-customers", "new-customers", "inactive-customers");
    }

    @Test
    void a_segment_that_is_there_is_found_by_its_name() {
        world.mautic.addSegment("VIP Customers", "vip1", "[]");
        ann("{vip}");

        world.sync();

        assertThat(world.mautic.segmentMembers("vip1")).containsExactly(contact());
        assertThat(world.mautic.segmentAliases()).hasSize(4);
    }

    @Test
    void a_stored_id_that_another_segment_has_now_is_not_used() {
        ann("{vip}");
        world.sync();
        long unlinked = world.mautic.addSegment("Staff", "staff", "[]");
        SmallCrm.execute(
                world.jdbi,
                "update mautic_sync.segment_link set mautic_segment_id = " + unlinked + " where crm_name = 'vip'");
        world.mautic.deleteSegment("vip-customers");

        world.sync();

        assertThat(world.mautic.segmentMembers("staff")).isEmpty();
        assertThat(world.mautic.segmentMembers("vip-customers")).containsExactly(contact());
    }

    @Test
    void a_segment_that_was_renamed_is_known_by_its_id_and_alias() {
        ann("{vip}");
        world.mautic.addSegment("VIP Customers", "vip1", "[]");
        world.sync();
        Segment renamed = new Segment(1, "Very best customers", "vip1", true, false);

        SegmentLookup lookup = SegmentLookup.of(List.of(renamed), SegmentLookup.stored(world.jdbi), SegmentMap.DEFAULT);

        assertThat(lookup.found()).containsOnly(Map.entry("vip", renamed));
    }

    @Test
    void a_segment_with_filters_is_rejected_before_anything_is_sent() {
        world.mautic.addSegment("VIP Customers", "vip-customers", "[{\"field\":\"city\"}]");
        ann("{vip}");

        RunResult result = world.run(SyncMode.CHANGED);

        assertThat(result).isInstanceOf(RunResult.Stopped.class);
        assertThat(((RunResult.Stopped) result).failure().message())
                .contains("VIP Customers")
                .contains("filters");
        assertThat(world.mautic.contacts()).isEmpty();
    }

    @Test
    void membership_follows_the_crm() {
        CustomerId ann = ann("{vip,new}");
        world.sync();

        world.crm.set(ann, "customer_segments", "{new,regular,NEW}");
        RunCounts counts = world.sync();

        assertThat(counts.segmentsAdded()).isEqualTo(1);
        assertThat(counts.segmentsRemoved()).isEqualTo(1);
        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();
        assertThat(world.mautic.segmentMembers("new-customers")).containsExactly(contact());
        assertThat(world.mautic.segmentMembers("regular-customers")).containsExactly(contact());
    }

    @Test
    void another_order_of_segment_names_is_not_a_change() {
        CustomerId ann = ann("{vip,new}");
        world.sync();

        world.crm.set(ann, "customer_segments", "{new,vip,vip}");

        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void a_matched_contact_leaves_segments_it_should_not_be_in() {
        world.sync();
        long contact = world.mautic.addContact(Map.of("email", "ann@example.com"));
        world.mautic.join("inactive-customers", contact);
        ann("{vip}");

        world.sync();

        assertThat(world.mautic.segmentMembers("inactive-customers")).isEmpty();
        assertThat(world.mautic.segmentMembers("vip-customers")).containsExactly(contact);
    }

    @Test
    void a_segment_deleted_in_mautic_is_made_anew_with_all_its_members() {
        ann("{vip}");
        world.crm.add(2, Map.of("email", "bob@example.com", "customer_segments", "{new}"));
        world.sync();

        world.mautic.deleteSegment("vip-customers");
        RunCounts counts = world.sync();

        assertThat(counts.updated()).isEqualTo(1);
        assertThat(world.mautic.segmentMembers("vip-customers")).containsExactly(contact());
        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void a_full_run_reads_and_repairs_the_real_membership() {
        ann("{vip}");
        world.sync();
        world.mautic.join("inactive-customers", contact());

        assertThat(world.sync().synced()).isZero();
        assertThat(Scenario.counts(world.run(SyncMode.FULL)).updated()).isEqualTo(1);

        assertThat(world.mautic.segmentMembers("inactive-customers")).isEmpty();
    }

    @Test
    void a_customer_that_leaves_the_view_leaves_the_segments_and_its_contact_stays() {
        CustomerId ann = ann("{vip,new}");
        world.crm.add(2, "other@example.com");
        world.sync();

        world.crm.set(ann, "in_view", "false");
        assertThat(world.sync().segmentsRemoved()).isEqualTo(2);

        assertThat(world.status(ann, "state")).isEqualTo("removed");
        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();
        assertThat(contact()).isPositive();

        world.crm.set(ann, "in_view", "true");
        assertThat(world.sync().updated()).isEqualTo(1);
        assertThat(world.mautic.segmentMembers("vip-customers")).containsExactly(contact());
    }

    @Test
    void a_deleted_customer_leaves_the_segments() {
        CustomerId ann = ann("{vip}");
        world.crm.add(2, "other@example.com");
        world.sync();
        long contact = contact();

        world.crm.delete(ann);
        world.sync();

        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();
        assertThat(world.contact("ann@example.com").id()).isEqualTo(contact);
    }

    @Test
    void a_rejection_between_two_segments_leaves_no_false_membership() {
        CustomerId ann = ann("{vip}");
        world.sync();
        world.mautic
                .faults()
                .next("POST", "/api/segments/2/contacts/add", new Fault.Status(200, "{\"success\":1,\"details\":{}}"));
        world.crm.set(ann, "customer_segments", "{new}");
        assertThat(world.sync().rejected()).isEqualTo(1);
        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();

        world.crm.set(ann, "customer_segments", "{vip}");
        world.sync();

        assertThat(world.mautic.segmentMembers("vip-customers")).containsExactly(contact());
    }

    @Test
    void a_contact_that_mautic_did_not_add_is_rejected_and_retried() {
        world.sync();
        CustomerId ann = ann("{vip}");
        world.mautic
                .faults()
                .next(
                        "POST",
                        "/api/segments/4/contacts/add",
                        new Fault.Status(200, "{\"success\":1,\"details\":{\"1\":{\"success\":false}}}"));

        assertThat(world.sync().rejected()).isEqualTo(1);
        assertThat(world.status(ann, "sync_error")).contains("segment \"vip\"");
        assertThat(world.status(ann, "error_code")).isEqualTo("MS-328");
        assertThat(world.status(ann, "state")).isEqualTo("rejected");

        world.letPausesPass();
        assertThat(world.sync().updated()).isEqualTo(1);
        assertThat(world.mautic.segmentMembers("vip-customers")).containsExactly(contact());
    }
}
