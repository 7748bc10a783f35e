package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.Replay;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.Webhooks;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever happens in whatever order: who said no and did not say yes in the CRM afterwards ends as opted out on both
 * sides, whoever took an entry away in Mautic meanwhile; no entry that keeps Mautic from mailing is ever taken away by
 * us; and nothing but the CRM itself says yes there. Customers 1 and 2 share an address.
 *
 * <p>A no that Mautic itself does not note counts for nothing here: where an entry stands already, a click on the
 * unsubscribe link leaves it as it is and tells nobody (seen on 5.1.0). It is not needed either, for the entry stays.
 */
class ConsentPropertyTest {
    private static ConsentWorld world;

    private final Set<Integer> saidNo = new TreeSet<>();
    private final Set<Long> unmailable = new TreeSet<>();
    private boolean elsewhere;

    @BeforeContainer
    static void open() {
        world = new ConsentWorld();
    }

    @AfterContainer
    static void close() {
        world.close();
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void who_said_no_ends_as_opted_out_on_both_sides(@ForAll("stories") List<Step> story) {
        world.begin();
        saidNo.clear();
        unmailable.clear();
        elsewhere = false;

        for (Step step : story) {
            Set<Integer> before = world.sayingNo();
            take(step);
            if (!(step instanceof Step.YesInCrm)) {
                assertThat(world.sayingNo()).as("no after %s", step).containsAll(before);
            }
            world.mautic.contacts().stream()
                    .filter(ConsentWorld::onDoNotContact)
                    .forEach(contact -> unmailable.add(contact.id()));
        }
        Set<Integer> before = world.sayingNo();
        finish();

        Set<Integer> no = world.sayingNo();
        assertThat(no).as("who says no in the CRM").containsAll(saidNo).containsAll(before);
        no.forEach(ConsentPropertyTest::optedOutInMautic);
        assertThat(world.mautic.contacts().stream()
                        .filter(ConsentWorld::onDoNotContact)
                        .map(SimulatedContact::id))
                .containsAll(unmailable);
        assertThat(world.mautic.contacts()).as("one contact an address").hasSize(3);
    }

    private static void optedOutInMautic(int customer) {
        SimulatedContact contact = world.contact(customer).orElseThrow();
        assertThat(ConsentWorld.onDoNotContact(contact))
                .as("contact of customer %d on do-not-contact", customer)
                .isTrue();
        assertThat(contact.values()).as("contact of customer %d", customer).containsEntry("marketing_opt_in", false);
    }

    /** Nothing but the comparison of catching up can find these. */
    @Example
    void an_entry_comes_back_of_whose_removal_nobody_heard() {
        who_said_no_ends_as_opted_out_on_both_sides(List.of(
                new Step.NoInCrm(1),
                new Step.NoInCrm(4),
                new Step.Push(0),
                new Step.TakenAway(2, Step.Taker.RESUBSCRIBE_LINK, Step.Fate.IS_LOST),
                new Step.TakenAway(4, Step.Taker.ADMIN, Step.Fate.IS_LOST)));
    }

    @Provide
    Arbitrary<List<Step>> stories() {
        Arbitrary<Integer> customer = Arbitraries.integers().between(1, 4);
        Arbitrary<Integer> cut = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(2, Arbitraries.just(0)),
                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(1, 120)));
        // Half of them begin with contacts that are there; many would not get so far otherwise.
        Arbitrary<List<Step>> begin = Arbitraries.of(List.of(), List.of(new Step.Push(0)));
        Arbitrary<List<Step>> steps = Arbitraries.<Step>oneOf(
                        customer.map(Step.NoInCrm::new),
                        customer.map(Step.YesInCrm::new),
                        Arbitraries.oneOf(customer.map(Step.EditInCrm::new), Arbitraries.just(new Step.Move())),
                        net.jqwik.api.Combinators.combine(customer, Arbitraries.of(Step.By.values()))
                                .as(Step.NoInMautic::new),
                        customer.map(Step.Bounce::new),
                        net.jqwik.api.Combinators.combine(
                                        customer,
                                        Arbitraries.of(Step.Taker.values()),
                                        Arbitraries.of(Step.Fate.values()))
                                .as(Step.TakenAway::new),
                        cut.map(Step.Push::new),
                        cut.map(Step.Push::new),
                        cut.map(Step.WorkInbox::new),
                        cut.map(Step.CatchUp::new),
                        Arbitraries.of(Step.Fate.values()).map(Step.Webhook::new),
                        Arbitraries.of(
                                new Step.AnswersLost(),
                                new Step.Replay(),
                                new Step.ProcessQueue(),
                                new Step.LateOnesArrive(),
                                new Step.QueueMode(Webhooks.Mode.QUEUE),
                                new Step.QueueMode(Webhooks.Mode.IMMEDIATE)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(15);
        return net.jqwik.api.Combinators.combine(begin, steps)
                .as((first, then) ->
                        Stream.concat(first.stream(), then.stream()).toList());
    }

    private void take(Step step) {
        switch (step.getClass().getSimpleName()) {
            case "Push" -> world.cutting(((Step.Push) step).cut(), world::push);
            case "WorkInbox" -> world.cutting(((Step.WorkInbox) step).cut(), world::workInbox);
            case "CatchUp" -> world.cutting(((Step.CatchUp) step).cut(), world::catchUp);
            case "AnswersLost" -> world.loseAnswers();
            case "Replay" ->
                world.inbox.replay(
                        new Replay.Between(java.time.Instant.EPOCH, java.time.Instant.parse("2200-01-01T00:00:00Z")));
            case "Webhook" -> world.webhooks(((Step.Webhook) step).fate());
            case "QueueMode" -> world.mautic.webhooks().mode(((Step.QueueMode) step).mode());
            case "ProcessQueue" -> world.mautic.processWebhooks();
            case "LateOnesArrive" -> world.mautic.webhooks().sendHeldBack();
            case "NoInMautic" -> sayNoInMautic((Step.NoInMautic) step);
            case "TakenAway" -> takeAway((Step.TakenAway) step);
            case "Bounce" ->
                world.contact(((Step.Bounce) step).customer())
                        .ifPresent(contact -> world.mautic.people().bounce(world.mail(contact)));
            default -> inCrm(step);
        }
    }

    private void inCrm(Step step) {
        if (step instanceof Step.NoInCrm no) {
            world.crm.set(SmallCrm.id(no.customer()), "marketing_opt_in", "false");
            saidNo.add(no.customer());
        } else if (step instanceof Step.YesInCrm yes) {
            int changed = world.jdbi.withHandle(handle -> handle.execute(
                    "update public.customer_profiles set marketing_opt_in = true where id = ? and not marketing_opt_in",
                    SmallCrm.id(yes.customer())));
            if (changed > 0) {
                saidNo.remove(yes.customer());
            }
        } else if (step instanceof Step.EditInCrm edit) {
            world.crm.set(SmallCrm.id(edit.customer()), "suburb", "suburb " + System.nanoTime());
        } else {
            elsewhere = !elsewhere;
            world.crm.set(SmallCrm.id(3), "email", elsewhere ? "c2@example.com" : "c@example.com");
        }
    }

    private void sayNoInMautic(Step.NoInMautic no) {
        world.contact(no.customer()).ifPresent(contact -> {
            boolean noted = !ConsentWorld.onDoNotContact(contact);
            switch (no.by()) {
                case LINK -> world.mautic.people().unsubscribe(world.mail(contact));
                case ONE_CLICK -> world.mautic.people().oneClickUnsubscribe(world.mail(contact));
                case ADMIN -> world.mautic.doNotContact(contact.id(), 3);
            }
            if (noted) {
                saidNo.addAll(sharing(no.customer()));
            }
        });
    }

    /** A no that the CRM has not heard of goes with its entry: no table tells of it any more, and its webhook may be lost. */
    private void takeAway(Step.TakenAway away) {
        world.contact(away.customer()).filter(ConsentWorld::onDoNotContact).ifPresent(contact -> {
            world.webhooks(away.fate());
            switch (away.taker()) {
                case ADMIN -> world.mautic.clearDoNotContact(contact.id());
                case RESUBSCRIBE_LINK -> world.mautic.people().resubscribe(world.mail(contact));
            }
            unmailable.remove(contact.id());
            Set<Integer> unheard = new TreeSet<>(sharing(away.customer()));
            unheard.removeAll(world.sayingNo());
            saidNo.removeAll(unheard);
        });
    }

    private static List<Integer> sharing(int customer) {
        return customer <= 2 ? List.of(1, 2) : List.of(customer);
    }

    /** The network is well again, and every part of the sync has its turn. */
    private void finish() {
        world.webhooks(Step.Fate.ARRIVES);
        for (int round = 0; round < 2; round++) {
            world.mautic.processWebhooks();
            world.mautic.webhooks().sendHeldBack();
            world.workInbox(world.jdbi);
            assertThat(world.catchUp(world.jdbi)).isInstanceOf(CatchUpResult.Done.class);
            world.letDeadProcessesBeKnown();
            assertThat(world.push(world.jdbi)).isInstanceOf(RunResult.Done.class);
        }
        world.letDeadProcessesBeKnown();
        assertThat(world.push(world.jdbi)).isInstanceOf(RunResult.Done.class);
        assertThat(world.inbox.counts()).containsEntry(Inbox.State.DEAD, 0L);
    }
}
