package app.gigpigs.mauticsync.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import app.gigpigs.mauticsync.reconcile.Drift.Kind;
import app.gigpigs.mauticsync.reconcile.Reconciliation.Mode;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Comparing what Mautic holds with what it was sent. */
class ReconciliationTest {
    private final Scenario world = new Scenario();
    private final List<Drift> drifts = new ArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private Reconciliation.Report check(Scope scope, Mode fix) {
        drifts.clear();
        return world.with(client -> new Reconciliation(
                        world.jdbi, client, Scenario.settings().mapping(), InstantSource.system())
                .run(scope, fix, drifts::add));
    }

    private Reconciliation.Report checkAll() {
        return check(new Scope.All(), Mode.REPORT);
    }

    private CustomerId synced(int number, Map<String, String> values) {
        CustomerId id = world.crm.add(number, values);
        world.sync();
        return id;
    }

    private long contactOf(CustomerId customer) {
        return Long.parseLong(world.status(customer, "mautic_contact_id"));
    }

    @Test
    void values_that_mautic_changes_by_itself_are_no_drift() {
        synced(
                1,
                Map.of(
                        "email",
                        "A@Example.com",
                        "first_name",
                        "<b>Bob</b> & co",
                        "suburb",
                        "  Perth ",
                        "state",
                        "Nowhere",
                        "total_spent",
                        "12.345",
                        "total_orders",
                        "0",
                        "last_order_date",
                        "2026-01-02T03:04:05+02:00",
                        "customer_segments",
                        "{vip}"));

        assertThat(checkAll()).isEqualTo(new Reconciliation.Report(1, 0, 0, Map.of(), Map.of(), 0));
        assertThat(check(new Scope.Sample(10), Mode.REPORT).drifted()).isZero();
    }

    @Test
    void a_manual_edit_and_a_cut_value_are_distinguished_and_repaired_by_the_next_run() {
        CustomerId customer =
                synced(1, Map.of("email", "a@example.com", "suburb", "Perth", "address_line1", "12 Long Street"));
        world.mautic.setValue(contactOf(customer), "city", "Hobart");
        world.mautic.setValue(contactOf(customer), "address1", "12 Lo");

        Reconciliation.Report report = check(new Scope.One(customer), Mode.REPAIR);

        assertThat(report.fields()).isEqualTo(Map.of("address1", 1, "city", 1));
        assertThat(drifts.get(0).message())
                .containsExactly("field address1 is cut to 5 characters in Mautic", "field city differs in Mautic");
        assertThat(report.repaired()).isEqualTo(1);
        assertThat(world.sync().updated()).isEqualTo(1);
        assertThat(world.contact("a@example.com").text("city")).isEqualTo("Perth");
        assertThat(checkAll().drifted()).isZero();
    }

    @Test
    void a_missing_do_not_contact_is_found_and_put_in_at_once() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        world.mautic.clearDoNotContact(contactOf(customer));

        assertThat(checkAll().kinds()).isEqualTo(Map.of(Kind.DO_NOT_CONTACT_MISSING, 1));
        check(new Scope.All(), Mode.REPAIR);
        assertThat(world.contact("a@example.com").doNotContact()).hasSize(1);
    }

    @Test
    void a_row_without_a_reason_is_not_a_do_not_contact_entry() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        world.mautic.clearDoNotContact(contactOf(customer));
        world.mautic.doNotContact(contactOf(customer), 0);

        assertThat(checkAll().kinds()).isEqualTo(Map.of(Kind.DO_NOT_CONTACT_MISSING, 1));
    }

    @Test
    void an_opt_out_that_was_not_sent_yet_counts_as_missing() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com"));
        world.crm.set(customer, "marketing_opt_in", "false");

        Reconciliation.Report report = checkAll();

        assertThat(report.changed()).isEqualTo(1);
        assertThat(report.kinds()).isEqualTo(Map.of(Kind.DO_NOT_CONTACT_MISSING, 1));
    }

    @Test
    void a_customer_that_left_the_view_and_opted_out_afterwards_is_found() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com"));
        world.crm.set(customer, "in_view", "false");
        world.crm.add(2, "b@example.com");
        world.sync();
        world.crm.set(customer, "marketing_opt_in", "false");

        assertThat(checkAll().kinds()).isEqualTo(Map.of(Kind.DO_NOT_CONTACT_MISSING, 1));
    }

    @Test
    void an_opt_out_by_a_shared_address_is_expected_of_the_contact() {
        world.crm.add(2, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        CustomerId owner = synced(1, Map.of("email", "a@example.com"));
        assertThat(checkAll().drifted()).isZero();

        world.mautic.clearDoNotContact(contactOf(owner));

        assertThat(checkAll().kinds()).isEqualTo(Map.of(Kind.DO_NOT_CONTACT_MISSING, 1));
        assertThat(drifts.get(0).customer()).isEqualTo(owner);
    }

    @Test
    void segments_that_differ_are_found_either_way_and_repaired() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com", "customer_segments", "{vip}"));
        world.mautic.leave("vip-customers", contactOf(customer));
        world.mautic.join("new-customers", contactOf(customer));

        assertThat(check(new Scope.Sample(5), Mode.REPORT).kinds()).isEqualTo(Map.of(Kind.SEGMENT_DIFFERS, 1));
        check(new Scope.All(), Mode.REPAIR);
        assertThat(drifts.get(0).message()).containsExactly("not in segment vip", "still in segment new");
        world.sync();
        assertThat(checkAll().drifted()).isZero();
    }

    @Test
    void a_deleted_contact_is_found_and_made_anew() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com"));
        world.mautic.deleteContact(contactOf(customer));

        assertThat(check(new Scope.All(), Mode.REPAIR).kinds()).isEqualTo(Map.of(Kind.CONTACT_DELETED, 1));
        world.sync();
        assertThat(checkAll().drifted()).isZero();
    }

    @Test
    void a_contact_that_lives_on_under_another_id_is_named() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com"));
        world.mautic.deleteContact(contactOf(customer));
        long winner = world.mautic.addContact(Map.of("email", "a@example.com", "supabase_id", customer.toString()));

        assertThat(check(new Scope.All(), Mode.REPAIR).kinds()).isEqualTo(Map.of(Kind.CONTACT_MOVED, 1));
        assertThat(drifts.get(0).message().get(0)).contains("contact " + winner);
        world.sync();
        assertThat(contactOf(customer)).isEqualTo(winner);
    }

    @Test
    void a_merged_contact_is_named_with_its_winner_and_an_opt_out_is_sent_to_it_at_once() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        CustomerId left = synced(2, Map.of("email", "b@example.com"));
        world.crm.set(left, "in_view", "false");
        world.sync();
        world.crm.set(left, "marketing_opt_in", "false");
        long loser = contactOf(customer);
        long winner = merged(customer, "a.private@example.com");
        long winnerOfTheOther = merged(left, "b.private@example.com");

        Reconciliation.Report report = check(new Scope.All(), Mode.REPAIR);

        assertThat(report.kinds()).isEqualTo(Map.of(Kind.CONTACT_MOVED, 1, Kind.DO_NOT_CONTACT_MISSING, 2));
        assertThat(drifts.get(0).message().get(0))
                .isEqualTo(
                        "contact " + loser + " was deleted; contact " + winner
                                + " is this customer's now (merged, or created again): sent again, the customer is linked to it");
        assertThat(drifts.stream().map(Drift::contactId)).containsExactly(winner, winnerOfTheOther);
        for (String address : List.of("a.private@example.com", "b.private@example.com")) {
            assertThat(world.contact(address).doNotContact()).hasSize(1);
        }
        world.sync();
        assertThat(contactOf(customer)).isEqualTo(winner);
        assertThat(world.contact("a@example.com").id()).isEqualTo(winner);
        assertThat(checkAll().drifted()).isZero();
    }

    /** What a merge in Mautic's pages leaves: the loser is deleted, the winner keeps its address and gets what it lacked. */
    private long merged(CustomerId customer, String winnersAddress) {
        world.mautic.deleteContact(contactOf(customer));
        return world.mautic.addContact(Map.of("email", winnersAddress, "supabase_id", customer.toString()));
    }

    @Test
    void two_contacts_with_the_address_are_named_and_not_marked_for_sending() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com"));
        long twin = world.mautic.addContact(Map.of("email", "A@example.com"));

        Reconciliation.Report report = check(new Scope.All(), Mode.REPAIR);

        assertThat(report.kinds()).isEqualTo(Map.of(Kind.DUPLICATE, 1));
        assertThat(report.repaired()).isZero();
        assertThat(drifts.get(0).message().get(0)).contains("[" + contactOf(customer) + ", " + twin + "]");
    }

    @Test
    void a_customer_that_was_sent_meanwhile_is_left_alone_by_a_repair() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com"));
        assertThat(world.jdbi.<Integer, RuntimeException>withHandle(
                        handle -> new ResendRequests(handle).unlessSentSince(Map.of(customer, "an older hash"))))
                .isZero();
        assertThat(world.sync().unchanged()).isEqualTo(1);
    }

    @Test
    void all_goes_through_every_page() {
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_profiles (id, email) select gen_random_uuid(), 'c' || i || '@example.com' from generate_series(1, 450) i");
        world.sync();
        assertThat(checkAll().compared()).isEqualTo(450);
        assertThat(check(new Scope.Sample(7), Mode.REPORT).compared()).isEqualTo(7);
    }

    @Test
    void duplicates_are_found_among_all_contacts_with_the_one_to_keep() {
        CustomerId customer = synced(1, Map.of("email", "a@example.com"));
        long twin = world.mautic.addContact(Map.of("email", "A@Example.com"));
        long first = world.mautic.addContact(Map.of("email", "x@example.com", "supabase_id", "s"));
        long second = world.mautic.addContact(Map.of("email", "y@example.com", "supabase_id", "s"));
        for (int i = 0; i < 1_050; i++) {
            world.mautic.addContact(Map.of("email", "other" + i + "@example.com"));
        }
        world.mautic.addContact(Map.of("firstname", "nameless"));
        world.mautic.addContact(Map.of("firstname", "nameless"));
        List<DuplicateContacts.Group> groups = new ArrayList<>();

        DuplicateContacts.Report report =
                world.with(client -> new DuplicateContacts(world.jdbi, client).find(groups::add));

        assertThat(report).isEqualTo(new DuplicateContacts.Report(1_056, 1, 1));
        assertThat(groups.get(0).contacts())
                .containsExactly(
                        new DuplicateContacts.Member(contactOf(customer), customer.toString(), customer),
                        new DuplicateContacts.Member(twin, null, null));
        assertThat(groups.get(0).keep()).isEqualTo(contactOf(customer));
        assertThat(groups.get(1).contacts().stream().map(DuplicateContacts.Member::id))
                .containsExactly(first, second);
    }
}
