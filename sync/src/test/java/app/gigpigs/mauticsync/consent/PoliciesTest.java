package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ConsentConflicts.ConsentConflict;
import app.gigpigs.mauticsync.consent.ConsentSettings.DeletedCustomers;
import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.catchup.ObservedOptOuts;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.simulator.DoNotContactEntry;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contacts of deleted customers, an opt-in after an opt-out, and spikes of unsubscribes. */
class PoliciesTest {
    private static final CrmAccess CRM = CrmSides.of(CrmNames.DEFAULT);

    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void the_contact_of_a_deleted_customer_is_not_mailed_any_more_and_in_no_segment() {
        long contact = deleted(1, "a@example.com");

        run(DeletedCustomers.DO_NOT_CONTACT, ReconsentPolicy.KEEP);

        assertThat(entries(contact)).containsExactly("3 deleted in the CRM (mautic-sync)");
        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();
    }

    @Test
    void the_entry_for_a_deletion_is_not_an_opt_out() {
        deleted(1, "family@example.com");
        run(DeletedCustomers.DO_NOT_CONTACT, ReconsentPolicy.KEEP);
        CustomerId other = world.crm.add(2, "family@example.com");

        CatchUpResult read = world.with(
                client -> new CatchUp(world.jdbi, client, CRM, CatchUpSettings.DEFAULT, InstantSource.system())
                        .run(CatchUp.Extent.DUE, "command"));
        world.with(client -> {
            new ObservedOptOuts(world.jdbi, CRM, InstantSource.system())
                    .apply(client.contacts().withEmails(List.of("family@example.com")));
            return read;
        });

        assertThat(read).isInstanceOf(CatchUpResult.Done.class);
        assertThat(Rows.of(world.jdbi, "select event_type from public.customer_email_engagement"))
                .isEmpty();
        assertThat(Rows.one(world.jdbi, "select marketing_opt_in from public.customer_profiles where id = ?", other))
                .isEqualTo("t");
    }

    @Test
    void the_contact_of_a_deleted_customer_is_kept_or_deleted_as_configured() {
        long kept = deleted(1, "a@example.com");
        run(DeletedCustomers.KEEP, ReconsentPolicy.KEEP);
        assertThat(entries(kept)).isEmpty();
        assertThat(world.mautic.segmentMembers("vip-customers")).isEmpty();

        long deleted = deleted(2, "b@example.com");
        run(DeletedCustomers.DELETE, ReconsentPolicy.KEEP);
        assertThat(world.mautic.contact(deleted)).isNull();
        assertThat(world.mautic.contact(kept)).isNotNull();
    }

    @Test
    void a_contact_that_belongs_to_another_customer_now_is_not_deleted() {
        long contact = deleted(1, "a@example.com");
        world.mautic.setValue(contact, "supabase_id", SmallCrm.id(77).toString());

        run(DeletedCustomers.DELETE, ReconsentPolicy.KEEP);

        assertThat(world.mautic.contact(contact)).isNotNull();
        assertThat(entries(contact)).isEmpty();
    }

    @Test
    void many_deleted_customers_exceed_the_safety_limit_and_a_run_for_one_customer_handles_none() {
        for (int i = 1; i <= 20; i++) {
            world.crm.add(i, "p" + i + "@example.com");
        }
        run(DeletedCustomers.DELETE, ReconsentPolicy.KEEP);
        for (int i = 1; i <= 12; i++) {
            world.crm.delete(SmallCrm.id(i));
        }

        assertThat(result(DeletedCustomers.DELETE, RunRequest.of(SyncMode.CHANGED)))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().code()).isEqualTo(ErrorCode.SAFETY_LIMIT));
        result(DeletedCustomers.DELETE, request(new RunRequest.Selection.One(SmallCrm.id(13)), OptionalInt.empty()));
        assertThat(world.mautic.contacts()).hasSize(20);

        result(DeletedCustomers.DELETE, request(new RunRequest.Selection.Everybody(), OptionalInt.of(12)));
        assertThat(world.mautic.contacts()).hasSize(8);
    }

    @Test
    void an_opt_in_removes_only_our_own_entry_of_a_contact_that_was_never_mailed() {
        CustomerId ours = noOptOut(1);
        CustomerId mailed = noOptOut(2);
        CustomerId unsubscribed = world.crm.add(3, "p3@example.com");
        CustomerId byHand = world.crm.add(4, "p4@example.com");
        run(DeletedCustomers.KEEP, ReconsentPolicy.REMOVE_OWN);
        long mail = world.mautic.mails().create("News", "Hello");
        world.mautic.mails().sendToContact(mail, contact(2));
        world.mautic.unsubscribe(contact(3));
        world.mautic.doNotContact(contact(4), 3);
        for (CustomerId customer : List.of(unsubscribed, byHand)) {
            world.crm.set(customer, "marketing_opt_in", "false");
        }
        run(DeletedCustomers.KEEP, ReconsentPolicy.REMOVE_OWN);
        for (CustomerId customer : List.of(ours, mailed, unsubscribed, byHand)) {
            world.crm.set(customer, "marketing_opt_in", "true");
        }

        run(DeletedCustomers.KEEP, ReconsentPolicy.REMOVE_OWN);

        assertThat(entries(contact(1))).isEmpty();
        assertThat(entries(contact(2))).containsExactly("3 opted out in the CRM (mautic-sync)");
        assertThat(entries(contact(3))).containsExactly("1 User unsubscribed.");
        assertThat(entries(contact(4))).containsExactly("3 set in Mautic");
        ConsentConflicts left = new ConsentConflicts(world.jdbi, CrmNames.DEFAULT);
        assertThat(left.count()).isEqualTo(3);
        assertThat(left.list(10))
                .extracting(ConsentConflict::customer, ConsentConflict::reason)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(mailed, 3),
                        org.assertj.core.api.Assertions.tuple(unsubscribed, 1),
                        org.assertj.core.api.Assertions.tuple(byHand, 3));
    }

    @Test
    void a_customer_who_shares_an_opted_out_address_is_not_a_conflict() {
        world.crm.add(1, Map.of("email", "family@example.com", "marketing_opt_in", "true"));
        world.crm.add(2, Map.of("email", "family@example.com", "marketing_opt_in", "false"));

        run(DeletedCustomers.KEEP, ReconsentPolicy.KEEP);

        assertThat(entries(world.contact("family@example.com").id())).hasSize(1);
        assertThat(new ConsentConflicts(world.jdbi, CrmNames.DEFAULT).count()).isZero();
    }

    @Test
    void an_opt_in_removes_nothing_while_a_customer_with_the_same_address_is_opted_out() {
        CustomerId one = world.crm.add(1, Map.of("email", "family@example.com", "marketing_opt_in", "false"));
        world.crm.add(2, Map.of("email", "family@example.com", "marketing_opt_in", "false"));
        run(DeletedCustomers.KEEP, ReconsentPolicy.REMOVE_OWN);
        world.crm.set(one, "marketing_opt_in", "true");

        run(DeletedCustomers.KEEP, ReconsentPolicy.REMOVE_OWN);

        assertThat(entries(world.contact("family@example.com").id())).hasSize(1);
    }

    @Test
    void by_default_an_opt_in_removes_nothing() {
        CustomerId customer = noOptOut(1);
        run(DeletedCustomers.KEEP, ReconsentPolicy.KEEP);
        world.crm.set(customer, "marketing_opt_in", "true");

        run(DeletedCustomers.KEEP, ReconsentPolicy.KEEP);

        assertThat(entries(contact(1))).hasSize(1);
    }

    @Test
    void many_unsubscribes_from_one_mail_within_minutes_are_a_spike() {
        CustomerId one = world.crm.add(1, "a@example.com");
        unsubscribes("5", 4, 0, 60);
        unsubscribes("5", 4, 7200, 600);
        unsubscribes("6", 3, 0, 10);
        SmallCrm.execute(
                world.jdbi,
                "update public.customer_email_engagement set customer_id = '" + one + "' where event_key = '5-0-1'");

        List<UnsubscribeSpikes.Spike> spikes = new UnsubscribeSpikes(world.jdbi, 4).list();

        assertThat(spikes).singleElement().satisfies(spike -> {
            assertThat(spike.emailId()).isEqualTo("5");
            assertThat(spike.hit().unsubscribes()).isEqualTo(4);
            assertThat(spike.hit().customers()).containsExactly(one);
        });
        assertThat(new UnsubscribeSpikes(world.jdbi, 5).list()).isEmpty();
        assertThat(new UnsubscribeSpikes(world.jdbi, 3).list()).hasSize(2);
    }

    private void unsubscribes(String email, int count, int agoSeconds, int apartSeconds) {
        SmallCrm.execute(world.jdbi, """
                insert into public.customer_email_engagement (event_key, event_type, mautic_email_id, occurred_at)
                select '%1$s-%3$s-' || i, 'unsubscribe', '%1$s', now() - make_interval(secs => %3$s + i * %4$s)
                  from generate_series(1, %2$s) i
                """.formatted(email, count, agoSeconds, apartSeconds));
    }

    private CustomerId noOptOut(int number) {
        return world.crm.add(number, Map.of("email", "p" + number + "@example.com", "marketing_opt_in", "false"));
    }

    private long contact(int number) {
        return world.contact("p" + number + "@example.com").id();
    }

    /** The contact of a customer that was synced and deleted. */
    private long deleted(int number, String email) {
        CustomerId customer = world.crm.add(number, Map.of("email", email, "customer_segments", "{vip}"));
        run(DeletedCustomers.KEEP, ReconsentPolicy.KEEP);
        long contact = world.contact(email).id();
        assertThat(world.mautic.segmentMembers("vip-customers")).isEqualTo(Set.of(contact));
        world.crm.delete(customer);
        return contact;
    }

    private void run(DeletedCustomers deleted, ReconsentPolicy reconsent) {
        Scenario.counts(world.run(RunRequest.of(SyncMode.CHANGED), settings(deleted, reconsent)));
    }

    private RunResult result(DeletedCustomers deleted, RunRequest request) {
        return world.run(request, settings(deleted, ReconsentPolicy.KEEP));
    }

    private static RunRequest request(RunRequest.Selection selection, OptionalInt confirmed) {
        return new RunRequest(SyncMode.CHANGED, selection, confirmed, RunRequest.Trigger.COMMAND);
    }

    private static OutboundSettings settings(DeletedCustomers deleted, ReconsentPolicy reconsent) {
        OutboundSettings usual = Scenario.settings();
        return new OutboundSettings(
                usual.mapping(),
                usual.push(),
                usual.safety(),
                usual.unknownOutcomeWait(),
                new ConsentSettings(Optional.empty(), deleted, reconsent));
    }

    private List<String> entries(long contact) {
        return world.mautic.contacts().stream()
                .filter(one -> one.id() == contact)
                .flatMap(one -> one.doNotContact().stream())
                .map((DoNotContactEntry one) -> one.reason() + " " + one.comments())
                .toList();
    }
}
