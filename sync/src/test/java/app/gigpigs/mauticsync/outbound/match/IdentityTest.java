package app.gigpigs.mauticsync.outbound.match;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentityTest {
    private static final String UNKNOWN_CUSTOMER = "99999999-9999-4999-8999-999999999999";

    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void an_unlinked_contact_with_the_address_is_matched_and_keeps_its_own_values() {
        long contact = world.mautic.addContact(Map.of("email", "ANN@example.com", "twitter", "@ann", "points", 10));
        world.crm.add(1, Map.of("email", "ann@example.com", "first_name", "Ann"));

        RunCounts counts = world.sync();

        assertThat(counts.matched()).isEqualTo(1);
        assertThat(world.contact("ann@example.com").id()).isEqualTo(contact);
        assertThat(world.contact("ann@example.com").text("twitter")).isEqualTo("@ann");
        assertThat(world.contact("ann@example.com").text("points")).isEqualTo("10");
        assertThat(world.contact("ann@example.com").text("firstname")).isEqualTo("Ann");
    }

    @Test
    void a_contact_of_a_deleted_customer_is_matched() {
        long contact = world.mautic.addContact(Map.of("email", "ann@example.com", "supabase_id", UNKNOWN_CUSTOMER));
        CustomerId ann = world.crm.add(1, "ann@example.com");

        assertThat(world.sync().matched()).isEqualTo(1);

        assertThat(world.contact("ann@example.com").id()).isEqualTo(contact);
        assertThat(world.contact("ann@example.com").text("supabase_id")).isEqualTo(ann.toString());
    }

    @Test
    void a_contact_of_another_customer_is_rejected_with_that_customers_id() {
        CustomerId holder = SmallCrm.id(2);
        world.crm.add(2, "other@example.com");
        world.crm.set(holder, "in_view", "false");
        long contact = world.mautic.addContact(Map.of("email", "ann@example.com", "supabase_id", holder.toString()));
        CustomerId ann = world.crm.add(1, "ann@example.com");

        RunCounts counts = world.sync();

        assertThat(counts.rejected()).isEqualTo(1);
        assertThat(world.status(ann, "sync_error"))
                .contains("contact " + contact)
                .contains(holder.toString());
        assertThat(world.contact("ann@example.com").text("supabase_id")).isEqualTo(holder.toString());
        assertThat(Rows.one(world.jdbi, "select error_details::text from public.mautic_sync_logs"))
                .contains(holder.toString());
    }

    @Test
    void a_contact_with_this_customers_id_is_found_again_and_gets_its_address() {
        CustomerId ann = SmallCrm.id(1);
        long contact = world.mautic.addContact(Map.of("email", "old@example.com", "supabase_id", ann.toString()));
        world.crm.add(1, "new@example.com");

        RunCounts counts = world.sync();

        assertThat(counts.updated()).isEqualTo(1);
        assertThat(world.contact("new@example.com").id()).isEqualTo(contact);
        assertThat(world.mautic.contacts()).hasSize(1);
    }

    @Test
    void a_contact_deleted_in_mautic_is_created_again() {
        CustomerId ann = world.crm.add(1, Map.of("email", "ann@example.com", "customer_segments", "{vip}"));
        world.sync();
        world.mautic.deleteContact(world.contact("ann@example.com").id());

        world.crm.set(ann, "first_name", "Ann");
        assertThat(world.sync().created()).isEqualTo(1);

        assertThat(world.mautic.segmentMembers("vip-customers"))
                .containsExactly(world.contact("ann@example.com").id());
    }

    @Test
    void an_address_that_moves_along_a_chain_is_released_before_it_is_used() {
        CustomerId a = world.crm.add(1, "a@example.com");
        CustomerId b = world.crm.add(2, "b@example.com");
        CustomerId c = world.crm.add(3, "c@example.com");
        world.sync();
        long contactA = world.contact("a@example.com").id();

        world.crm.set(c, "email", "d@example.com");
        world.crm.set(b, "email", "c@example.com");
        world.crm.set(a, "email", "b@example.com");
        assertThat(world.sync().updated()).isEqualTo(3);

        assertThat(world.contact("b@example.com").id()).isEqualTo(contactA);
        assertThat(world.mautic.contacts()).hasSize(3);
    }

    @Test
    void swapped_addresses_are_correct_after_one_run() {
        CustomerId a = world.crm.add(1, "a@example.com");
        CustomerId b = world.crm.add(2, "b@example.com");
        world.sync();
        long contactA = world.contact("a@example.com").id();
        long contactB = world.contact("b@example.com").id();

        world.crm.set(a, "email", "tmp@example.com");
        world.crm.set(b, "email", "a@example.com");
        world.crm.set(a, "email", "b@example.com");
        assertThat(world.sync().updated()).isEqualTo(2);

        assertThat(world.contact("b@example.com").id()).isEqualTo(contactA);
        assertThat(world.contact("a@example.com").id()).isEqualTo(contactB);
        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void an_address_taken_from_a_customer_that_has_none_now_goes_to_the_new_one() {
        CustomerId a = world.crm.add(1, "a@example.com");
        world.sync();
        long contactA = world.contact("a@example.com").id();

        world.crm.set(a, "email", null);
        world.crm.add(2, "a@example.com");
        assertThat(world.sync().created()).isEqualTo(1);

        assertThat(world.contact("a@example.com").id()).isNotEqualTo(contactA);
        assertThat(world.contact("a@example.com").text("supabase_id"))
                .isEqualTo(SmallCrm.id(2).toString());
    }

    @Test
    void the_customer_that_is_linked_keeps_a_shared_address() {
        CustomerId linked = world.crm.add(5, "shared@example.com");
        world.sync();

        CustomerId lower = world.crm.add(1, "Shared@example.com");
        RunCounts counts = world.sync();

        assertThat(counts.skipped()).isEqualTo(1);
        assertThat(world.status(lower, "state")).isEqualTo("skipped");
        assertThat(world.status(linked, "state")).isEqualTo("synced");
        assertThat(world.mautic.contacts()).hasSize(1);
    }

    @Test
    void the_next_customer_with_the_same_address_is_matched_when_the_linked_one_is_deleted() {
        CustomerId first = world.crm.add(1, Map.of("email", "shared@example.com", "customer_segments", "{vip}"));
        CustomerId second = world.crm.add(2, Map.of("email", "shared@example.com", "customer_segments", "{new}"));
        world.sync();
        long contact = world.contact("shared@example.com").id();

        world.crm.delete(first);
        assertThat(world.sync().matched()).isEqualTo(1);

        assertThat(world.contact("shared@example.com").id()).isEqualTo(contact);
        assertThat(world.contact("shared@example.com").text("supabase_id")).isEqualTo(second.toString());
        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();
        assertThat(world.mautic.segmentMembers("new-customers")).containsExactly(contact);
    }

    @Test
    void two_customers_linked_to_one_contact_do_not_stop_the_run() {
        CustomerId a = world.crm.add(1, "a@example.com");
        CustomerId b = world.crm.add(2, "b@example.com");
        world.sync();
        long merged = world.contact("a@example.com").id();
        world.mautic.deleteContact(world.contact("b@example.com").id());
        SmallCrm.execute(world.jdbi, "update public.mautic_sync_status set mautic_contact_id = " + merged);

        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Newtown'");
        RunCounts counts = world.sync();

        assertThat(counts.rejected()).isZero();
        assertThat(world.contact("a@example.com").text("supabase_id")).isEqualTo(a.toString());
        assertThat(world.contact("b@example.com").text("supabase_id")).isEqualTo(b.toString());
    }

    @Test
    void two_contacts_with_one_address_are_rejected_with_both_ids() {
        long one = world.mautic.addContact(Map.of("email", "twin@example.com"));
        long two = world.mautic.addContact(Map.of("email", "twin@example.com"));
        CustomerId ann = world.crm.add(1, "twin@example.com");

        assertThat(world.sync().rejected()).isEqualTo(1);

        assertThat(world.status(ann, "sync_error"))
                .contains("[" + one + ", " + two + "]")
                .contains("merge");
    }

    @Test
    void an_address_used_by_a_customer_sent_later_in_the_same_run_is_released() {
        CustomerId a = SmallCrm.id(1);
        CustomerId b = SmallCrm.id(2);
        world.mautic.addContact(Map.of("email", "a@example.com", "supabase_id", b.toString()));
        world.crm.add(1, "a@example.com");
        world.crm.add(2, "b@example.com");

        RunCounts counts = world.sync();

        assertThat(counts.rejected()).isZero();
        assertThat(world.contact("a@example.com").text("supabase_id")).isEqualTo(a.toString());
        assertThat(world.contact("b@example.com").text("supabase_id")).isEqualTo(b.toString());
    }

    @Test
    void a_new_address_of_another_contact_is_rejected_before_it_is_sent() {
        CustomerId ann = world.crm.add(1, "ann@example.com");
        world.sync();
        long contact = world.contact("ann@example.com").id();
        long unlinked = world.mautic.addContact(Map.of("email", "new@example.com"));
        world.mautic.clearRequests();

        world.crm.set(ann, "email", "new@example.com");
        world.crm.set(ann, "first_name", "Ann");
        assertThat(world.sync().rejected()).isEqualTo(1);

        rejectedWithoutBeingSent(ann, contact, unlinked);
        assertThat(world.contact("ann@example.com").text("firstname")).isEqualTo("Ann");
    }

    @Test
    void a_contact_that_lost_its_id_in_mautic_does_not_take_the_holder_of_its_new_address() {
        CustomerId ann = world.crm.add(1, "ann@example.com");
        world.sync();
        long contact = world.contact("ann@example.com").id();
        long unlinked = world.mautic.addContact(Map.of("email", "new@example.com"));
        world.mautic.setValue(contact, "supabase_id", null);
        world.mautic.clearRequests();

        world.crm.set(ann, "email", "new@example.com");
        assertThat(world.sync().rejected()).isEqualTo(1);

        rejectedWithoutBeingSent(ann, contact, unlinked);
    }

    private void rejectedWithoutBeingSent(CustomerId customer, long contact, long holder) {
        assertThat(world.mautic.requests()).noneMatch(request -> request.body().contains("new@example.com"));
        assertThat(world.status(customer, "sync_error"))
                .contains("contact " + holder)
                .contains("contact " + contact)
                .contains("merge");
    }

    @Test
    void a_customer_without_a_contact_is_matched_with_the_unlinked_contact_of_its_new_address() {
        CustomerId ann = world.crm.add(1, "ann@example.com");
        world.sync();
        world.mautic.deleteContact(world.contact("ann@example.com").id());
        long free = world.mautic.addContact(Map.of("email", "new@example.com"));

        world.crm.set(ann, "email", "new@example.com");
        assertThat(world.sync().matched()).isEqualTo(1);

        assertThat(world.status(ann, "mautic_contact_id")).isEqualTo("" + free);
    }

    @Test
    void an_address_that_its_holder_lost_in_the_crm_goes_to_the_contact_that_has_it_now() {
        CustomerId a = world.crm.add(1, "a@example.com");
        CustomerId b = world.crm.add(2, "b@example.com");
        world.sync();
        long contactB = world.contact("b@example.com").id();

        world.crm.set(a, "email", null);
        world.crm.set(b, "email", "a@example.com");
        assertThat(world.sync().updated()).isEqualTo(1);

        assertThat(world.contact("a@example.com").id()).isEqualTo(contactB);
    }
}
