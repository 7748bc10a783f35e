package app.gigpigs.mauticsync.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.push.PushSettings;
import app.gigpigs.mauticsync.simulator.DoNotContactEntry;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.RecordedRequest;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsentTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void an_opted_out_customer_is_created_with_do_not_contact_in_the_same_call() {
        world.crm.add(1, Map.of("email", "no@example.com", "marketing_opt_in", "false"));

        world.sync();

        assertThat(reasons("no@example.com")).containsExactly(3);
        assertThat(world.contact("no@example.com").values()).containsEntry("marketing_opt_in", false);
        List<RecordedRequest> creates = requests("/api/contacts/batch/new");
        assertThat(creates).hasSize(1);
        assertThat(creates.get(0).body()).contains("doNotContact");
        assertThat(requests("/dnc/")).isEmpty();
    }

    @Test
    void a_later_opt_out_is_sent_and_a_later_opt_in_removes_nothing() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        world.sync();
        assertThat(reasons("a@example.com")).isEmpty();

        world.crm.set(customer, "marketing_opt_in", "false");
        world.sync();
        assertThat(reasons("a@example.com")).containsExactly(3);

        world.crm.set(customer, "marketing_opt_in", "true");
        world.sync();
        assertThat(reasons("a@example.com")).containsExactly(3);
    }

    @Test
    void an_opt_out_during_a_run_is_in_the_ledger_although_it_is_taken_back_before_the_next() {
        for (int i = 1; i <= 40; i++) {
            world.crm.add(i, "c" + i + "@example.com");
        }
        OutboundSettings usual = Scenario.settings();
        OutboundSettings small = new OutboundSettings(
                usual.mapping(),
                new PushSettings(5, OptionalInt.of(1), Duration.ZERO, Duration.ofMillis(5)),
                usual.safety(),
                usual.unknownOutcomeWait());
        CustomerId last = SmallCrm.id(40);

        world.runWith(small, () -> world.crm.set(last, "marketing_opt_in", "false"));
        world.crm.set(last, "marketing_opt_in", "true");
        world.sync();

        assertThat(reasons("c40@example.com")).containsExactly(3);
        assertThat(Rows.of(
                        world.jdbi,
                        "select customer_id::text from mautic_sync.consent_ledger where address = 'c40@example.com'"))
                .containsExactly(last.toString());
    }

    @Test
    void a_persons_own_unsubscribe_is_kept_and_recorded() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        world.sync();
        world.mautic.unsubscribe(world.contact("a@example.com").id());

        world.crm.set(customer, "marketing_opt_in", "false");
        world.sync();

        assertThat(reasons("a@example.com")).containsExactly(1);
        assertThat(world.status(customer, "do_not_contact_reason")).isEqualTo("1");
    }

    @Test
    void one_opt_out_applies_to_every_customer_with_the_address() {
        CustomerId owner = world.crm.add(1, Map.of("email", "Family@example.com", "marketing_opt_in", "true"));
        CustomerId other = world.crm.add(2, Map.of("email", "family@EXAMPLE.com ", "marketing_opt_in", "false"));

        world.sync();

        assertThat(reasons("family@example.com")).containsExactly(3);
        assertThat(world.contact("family@example.com").values()).containsEntry("marketing_opt_in", false);
        assertThat(world.status(owner, "state")).isEqualTo("synced");
        assertThat(world.status(owner, "synced_consent")).isEqualTo("opted_out");
        assertThat(world.status(other, "skip_reason")).isEqualTo("shared_email");
        assertThat(world.status(other, "address_owner")).isEqualTo(owner.toString());
        assertThat(world.sync().synced()).isZero();
    }

    @Test
    void an_opt_out_is_sent_to_the_contact_of_a_customer_that_is_no_longer_synced() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        world.sync();

        world.crm.set(customer, "email", null);
        world.sync();
        assertThat(reasons("a@example.com")).isEmpty();

        world.crm.set(customer, "marketing_opt_in", "false");
        world.sync();
        assertThat(reasons("a@example.com")).containsExactly(3);
    }

    @Test
    void an_opt_out_after_a_customer_left_the_view_is_sent_once() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        world.crm.add(2, "b@example.com");
        world.sync();
        world.crm.set(customer, "in_view", "false");
        world.sync();
        assertThat(world.status(customer, "state")).isEqualTo("removed");

        world.crm.set(customer, "marketing_opt_in", "false");
        world.sync();

        assertThat(reasons("a@example.com")).containsExactly(3);
        world.mautic.clearRequests();
        world.sync();
        assertThat(requests("/dnc/")).isEmpty();
    }

    @Test
    void an_opt_out_of_a_removed_customer_is_sent_to_the_contact_that_its_own_was_merged_into() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        world.sync();
        world.mautic.deleteContact(world.contact("a@example.com").id());
        world.mautic.addContact(Map.of("email", "a.private@example.com", "supabase_id", customer.toString()));

        world.crm.set(customer, "email", null);
        world.crm.set(customer, "marketing_opt_in", "false");
        world.sync();

        assertThat(reasons("a.private@example.com")).containsExactly(3);
    }

    @Test
    void an_opt_out_of_a_removed_customer_without_a_contact_blocks_no_other_and_is_tried_once() {
        CustomerId removed = world.crm.add(1, "a@example.com");
        world.sync();
        world.mautic.deleteContact(world.contact("a@example.com").id());

        world.crm.set(removed, "email", null);
        world.crm.set(removed, "marketing_opt_in", "false");
        world.crm.add(2, "b@example.com");

        assertThat(world.sync().created()).isEqualTo(1);
        assertThat(world.status(removed, "state")).isEqualTo("skipped");
        world.mautic.clearRequests();
        world.sync();
        assertThat(requests("/dnc/")).isEmpty();
    }

    @Test
    void an_opt_out_is_sent_although_mautic_rejects_another_value() {
        world.mautic.limitField("last_event_name", 10);
        CustomerId customer = world.crm.add(1, "a@example.com");
        world.sync();

        world.crm.set(customer, "marketing_opt_in", "false");
        world.crm.set(customer, "last_event_name", "far longer than ten characters");
        world.crm.set(customer, "country", "Atlantis");
        world.sync();

        assertThat(reasons("a@example.com")).containsExactly(3);
        assertThat(world.status(customer, "warnings"))
                .contains("last_event_name left out")
                .contains("country left out");
    }

    @Test
    void an_opt_out_is_sent_to_every_contact_with_the_address_although_the_customer_is_rejected() {
        CustomerId customer = world.crm.add(1, "old@example.com");
        world.sync();
        long own = world.contact("old@example.com").id();
        long foreign = world.mautic.addContact(Map.of("email", "new@example.com"));

        world.crm.set(customer, "email", "new@example.com");
        world.crm.set(customer, "marketing_opt_in", "false");
        assertThat(world.sync().rejected()).isEqualTo(1);

        assertThat(world.status(customer, "sync_error")).contains("contact " + foreign);
        assertThat(reasonsOf(own)).containsExactly(3);
        assertThat(reasonsOf(foreign)).containsExactly(3);
    }

    @Test
    void an_opt_out_is_sent_to_a_contact_that_can_no_longer_be_edited() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        world.sync();
        long own = world.contact("a@example.com").id();
        long twin = world.mautic.addContact(Map.of("email", "a@example.com"));

        world.crm.set(customer, "marketing_opt_in", "false");
        assertThat(world.sync().rejected()).isEqualTo(1);

        assertThat(reasonsOf(own)).containsExactly(3);
        assertThat(reasonsOf(twin)).containsExactly(3);
        assertThat(world.status(customer, "sync_error")).contains("[" + own + ", " + twin + "]");
    }

    @Test
    void reason_zero_is_never_sent() {
        CustomerId customer = world.crm.add(1, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        world.sync();
        world.crm.set(customer, "marketing_opt_in", "true");
        world.mautic.faults().next("PATCH", "/api/contacts/batch/edit", new Fault.Status(500, "{}"));
        world.sync();

        assertThat(requests("/api/")).noneMatch(request -> request.body().contains("\"reason\":0"));
    }

    private List<Integer> reasons(String email) {
        return reasonsOf(world.contact(email).id());
    }

    private List<Integer> reasonsOf(long contact) {
        return world.mautic.contacts().stream()
                .filter(one -> one.id() == contact)
                .flatMap(one -> one.doNotContact().stream())
                .map(DoNotContactEntry::reason)
                .toList();
    }

    private List<RecordedRequest> requests(String path) {
        return world.mautic.requests().stream()
                .filter(request -> request.path().contains(path))
                .toList();
    }
}
