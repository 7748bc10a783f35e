package app.gigpigs.mauticsync.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.Replay;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import app.gigpigs.mauticsync.testing.TcpProxy;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A different Mautic instance with the same database: runs stop before a switch, and after it no stored id of the old one is used. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class InstanceSwitchTest {
    private final TwoMautics two = new TwoMautics();

    @AfterEach
    void close() {
        two.close();
    }

    private static CustomerId customer(int number) {
        return SmallCrm.id(number);
    }

    /** Unlinked contacts with the ids that the customers' contacts have in the other instance. */
    private static void unlinked(MauticSimulator mautic, int contacts) {
        for (int i = 0; i < contacts; i++) {
            mautic.addContact(new HashMap<>(Map.of("email", "unlinked" + i + "@example.com")));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void a_different_instance_stops_a_run_and_a_catch_up_before_anything_is_sent(int unlinked) {
        two.synced(6);
        unlinked(two.after, unlinked);
        two.world.crm.set(customer(1), "first_name", "Ann");

        RunResult result = two.run(two.after);

        assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
            assertThat(stopped.failure().code()).isEqualTo(ErrorCode.MAUTIC_OTHER);
            assertThat(stopped.failure().message())
                    .contains("none of the 6 linked contacts")
                    .contains("./mautic-sync switch-instance")
                    .doesNotContain("@");
        });
        assertThat(two.catchUp(two.after))
                .isInstanceOfSatisfying(
                        CatchUpResult.Failed.class,
                        failed -> assertThat(failed.failure().message()).contains("a different Mautic instance"));
        assertThat(TwoMautics.writes(two.after)).isEmpty();
        assertThat(two.after.contacts()).hasSize(unlinked);
        assertThat(Scenario.counts(two.run(two.before)).updated())
                .as("after returning to the known instance")
                .isEqualTo(1);
    }

    @Test
    void no_contact_is_erased_in_a_different_instance_by_a_stored_id() {
        two.synced(6);
        unlinked(two.after, 6);

        assertThatThrownBy(() -> two.erase(two.after, TwoMautics.email(2)))
                .isInstanceOf(WrongInstanceException.class)
                .hasMessageContaining("./mautic-sync switch-instance");

        assertThat(two.after.contacts()).hasSize(6);
    }

    @Test
    void undo_restores_nothing_in_a_different_instance() {
        two.synced(6);
        two.before.setValue(TwoMautics.contact(two.before, 2), "city", "Hobart");
        two.world.crm.set(customer(2), "suburb", "Perth");
        Scenario.counts(two.run(two.before));
        unlinked(two.after, 6);

        assertThatThrownBy(() -> two.undo(two.after, two.world.lastRun())).isInstanceOf(WrongInstanceException.class);

        assertThat(TwoMautics.writes(two.after)).isEmpty();
        assertThat(two.undo(two.before, two.world.lastRun()))
                .hasValueSatisfying(result -> assertThat(result.restored()).isEqualTo(1));
    }

    @Test
    void a_removed_field_is_not_mistaken_for_a_different_instance() {
        two.synced(6);
        two.before.removeField("supabase_id");

        assertThat(two.catchUp(two.before))
                .isInstanceOfSatisfying(
                        CatchUpResult.Failed.class,
                        failed -> assertThat(failed.failure().message())
                                .contains("no contact field supabase_id")
                                .doesNotContain("switch-instance"));
        assertThat(two.run(two.before))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message())
                                .contains("no contact field")
                                .doesNotContain("switch-instance"));
    }

    @Test
    void the_same_mautic_at_another_url_is_accepted() {
        two.synced(6);
        two.world.crm.set(customer(1), "first_name", "Ann");

        try (TcpProxy moved = new TcpProxy("127.0.0.1", two.before.baseUri().getPort(), TcpProxy.Watcher.NONE)) {
            assertThat(Scenario.counts(two.run(URI.create("http://127.0.0.1:" + moved.port())))
                            .updated())
                    .isEqualTo(1);
        }
    }

    @Test
    void contacts_deleted_by_hand_stop_no_run() {
        two.synced(8);
        for (int number = 2; number <= 8; number++) {
            two.before.deleteContact(TwoMautics.contact(two.before, number));
        }
        two.world.crm.set(customer(8), "first_name", "Ann");

        assertThat(Scenario.counts(two.run(two.before)).created()).isEqualTo(1);
    }

    @Test
    void a_small_installation_may_lose_all_its_contacts_but_not_its_segments_too() {
        two.synced(2);
        two.before.deleteContact(TwoMautics.contact(two.before, 1));
        two.before.deleteContact(TwoMautics.contact(two.before, 2));
        two.world.crm.set(customer(1), "first_name", "Ann");

        assertThat(two.run(two.after)).isInstanceOf(RunResult.Stopped.class);
        assertThat(Scenario.counts(two.run(two.before)).created()).isEqualTo(1);
    }

    @Test
    void after_a_switch_every_customer_is_looked_up_again_and_every_opt_out_is_restored() {
        two.synced(6);
        two.before.unsubscribe(TwoMautics.contact(two.before, 1));
        two.catchUp(two.before);
        two.world.crm.set(customer(2), "marketing_opt_in", "false");
        Scenario.counts(two.run(two.before));
        long there = two.after.addContact(new HashMap<>(Map.of("email", TwoMautics.email(5))));
        two.after.unsubscribe(there);
        two.after.addSegment("Staff", "staff", "[]");

        assertThat(two.switchInstance()).hasValueSatisfying(known -> {
            assertThat(known.contacts()).isEqualTo(6);
            assertThat(known.segments()).isEqualTo(4);
            assertThat(known.events()).isEqualTo(1);
        });
        two.world.crm.add(7, TwoMautics.email(7));
        var counts = Scenario.counts(two.run(two.after));

        assertThat(counts.created()).isEqualTo(6);
        assertThat(counts.matched()).isEqualTo(1);
        assertThat(two.after.contacts()).hasSize(7);
        assertThat(List.of(1, 2, 3, 4, 5, 6, 7).stream().filter(number -> !mailable(two.after, number)))
                .containsExactly(1, 2, 5);
        assertThat(List.of(1, 2, 3, 4, 5, 6, 7).stream().filter(number -> !two.wantsMails(customer(number))))
                .containsExactly(1, 2, 5);
        assertThat(two.after.segmentMembers("staff")).isEmpty();
        assertThat(Scenario.counts(two.run(two.after)).synced()).isZero();
        assertThat(two.run(two.before))
                .as("the former instance, where one contact matches")
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message()).startsWith("only 1 of the 7 "));
    }

    @Test
    void removed_and_deleted_customers_are_not_mailed_by_a_mautic_restored_from_a_backup() {
        two.synced(6);
        two.world.crm.set(customer(1), "in_view", "false");
        two.world.crm.set(customer(1), "marketing_opt_in", "false");
        two.world.crm.delete(customer(2));
        Scenario.counts(two.run(two.before));
        for (int number = 1; number <= 6; number++) {
            two.after.addContact(new HashMap<>(Map.of(
                    "email",
                    TwoMautics.email(number),
                    "supabase_id",
                    customer(number).toString())));
        }

        two.switchInstance();
        var counts = Scenario.counts(two.run(two.after));

        assertThat(counts.created()).isZero();
        assertThat(mailable(two.after, 1)).isFalse();
        assertThat(mailable(two.after, 2)).isFalse();
        assertThat(two.world.status(customer(1), "state")).isEqualTo("removed");
    }

    private static boolean mailable(MauticSimulator mautic, int number) {
        return mautic.contact(TwoMautics.contact(mautic, number)).doNotContact().isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_unsubscribe_whose_row_has_an_id_of_the_old_mautic_reaches_the_crm(boolean byWebhook) {
        long unlinked = two.before.addContact(new HashMap<>(Map.of("email", "unlinked@example.com")));
        two.synced(6);
        two.before.unsubscribe(unlinked);
        two.catchUp(two.before);
        assertThat(two.events()).containsExactly("1 dnc:1:1");
        two.switchInstance();
        Scenario.counts(two.run(two.after));
        if (byWebhook) {
            two.listenTo(two.after);
        }

        two.after.unsubscribe(TwoMautics.contact(two.after, 4));
        if (byWebhook) {
            two.processInbox();
        } else {
            two.catchUp(two.after);
        }

        assertThat(two.events()).containsExactly("1 dnc:1:1", "2 dnc:1:1 of 4");
        assertThat(two.wantsMails(customer(4))).isFalse();
        assertThat(List.of(1, 2, 3, 5, 6)).allMatch(number -> two.wantsMails(customer(number)));
    }

    @Test
    void a_pending_event_is_not_given_to_the_customer_with_the_same_contact_id_in_the_new_mautic() {
        long unlinked = two.before.addContact(new HashMap<>());
        two.synced(6);
        two.before.unsubscribe(unlinked);
        two.catchUp(two.before);
        two.switchInstance();
        two.world.crm.add(9, TwoMautics.email(9));
        Scenario.counts(two.run(two.after));
        assertThat(two.after.contacts()).anyMatch(contact -> contact.id() == unlinked);

        two.with(two.after.baseUri(), client -> new PendingEvents(two.jdbi, CrmSides.of(CrmNames.DEFAULT)).process());

        assertThat(two.events()).containsExactly("1 dnc:1:1");
        assertThat(List.of(1, 2, 3, 4, 5, 6, 9)).allMatch(number -> two.wantsMails(customer(number)));
    }

    @Test
    void after_a_switch_the_id_of_an_erased_contact_belongs_to_another_person() {
        long erased = two.before.addContact(new HashMap<>(Map.of("email", "erased@example.com")));
        two.synced(6);
        two.erase(two.before, "erased@example.com");
        two.switchInstance();
        Scenario.counts(two.run(two.after));
        int mergedContact = List.of(1, 2, 3, 4, 5, 6).stream()
                .filter(number -> TwoMautics.contact(two.after, number) == erased)
                .findFirst()
                .orElseThrow();

        two.after.unsubscribe(erased);
        two.catchUp(two.after);

        assertThat(two.wantsMails(customer(mergedContact))).isFalse();
    }

    @Test
    void pending_deliveries_are_processed_once_by_the_old_ids() {
        two.synced(6);
        two.listenTo(two.before);
        two.before.unsubscribe(TwoMautics.contact(two.before, 3));
        assertThat(two.inbox().counts()).containsEntry(Inbox.State.PENDING, 1L);
        Rows.of(
                two.jdbi,
                "insert into mautic_sync.inbox (body) values (convert_to('no json', 'UTF8')) returning id::text");

        two.switchInstance();

        assertThat(two.wantsMails(customer(3))).isFalse();
        assertThat(two.events()).containsExactly("1 dnc:1:1 of 3");
        assertThat(two.inbox().list(Inbox.State.DEAD, 9))
                .singleElement()
                .satisfies(dead -> assertThat(dead.attempts().lastError()).contains("switch-instance"));
        assertThat(two.inbox()
                        .replay(new Replay.Between(Instant.EPOCH, Instant.now().plusSeconds(60))))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {Lease.OUTBOUND, Lease.CATCH_UP})
    void a_switch_does_nothing_while_another_process_holds_the_lease(String lease) {
        two.synced(1);

        try (Lease other = Lease.acquire(two.jdbi, lease, Sleeper.onThread()).orElseThrow()) {
            assertThat(two.switchInstance()).as("token %d", other.token()).isEmpty();
        }

        assertThat(two.world.status(customer(1), "mautic_contact_id")).isNotNull();
        assertThat(two.switchInstance()).isPresent();
    }

    @Test
    void a_second_switch_keeps_what_the_first_archived() {
        two.synced(6);
        two.before.unsubscribe(TwoMautics.contact(two.before, 3));
        two.catchUp(two.before);
        two.switchInstance();
        String first = Rows.one(two.jdbi, "select mautic_contact_id::text from public.customer_email_engagement");
        Scenario.counts(two.run(two.after));
        two.after.unsubscribe(TwoMautics.contact(two.after, 4));
        two.catchUp(two.after);
        two.switchInstance();

        assertThat(two.events())
                .hasSize(2)
                .startsWith("1 dnc:1:1 of 3")
                .last()
                .asString()
                .startsWith("2 dnc:")
                .endsWith(":1 of 4");
        assertThat(Rows.of(
                        two.jdbi,
                        "select mautic_contact_id::text from public.customer_email_engagement order by instance"))
                .first()
                .isEqualTo(first);
    }
}
