package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.Replay;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.Webhooks;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Plays the steps of one story and knows from them what must hold afterwards. Customers 1 and 2 share an address. */
final class ConsentStory {
    private final ConsentWorld world;
    /** Customers who opted out and did not opt in again in the CRM. */
    private final Set<Integer> optedOut = new TreeSet<>();
    /** Contacts with a do-not-contact entry that Mautic did not remove itself. */
    private final Set<Long> doNotContact = new TreeSet<>();

    private boolean otherEmail;

    ConsentStory(ConsentWorld world) {
        this.world = world;
    }

    /** @throws AssertionError if a rule does not hold during the story or at its end */
    void play(List<Step> steps) {
        world.begin();
        for (Step step : steps) {
            Set<Integer> before = world.optedOutInCrm();
            step.playIn(this);
            if (!(step instanceof Step.OptInInCrm)) {
                assertThat(world.optedOutInCrm())
                        .as("opted out in the CRM after %s", step)
                        .containsAll(before);
            }
            world.mautic.contacts().stream()
                    .filter(ConsentWorld::onDoNotContact)
                    .forEach(contact -> doNotContact.add(contact.id()));
        }
        Set<Integer> before = world.optedOutInCrm();
        finish();

        Set<Integer> out = world.optedOutInCrm();
        assertThat(out)
                .as("opted out in the CRM at the end")
                .containsAll(optedOut)
                .containsAll(before);
        out.forEach(this::assertOptedOutInMautic);
        assertThat(world.mautic.contacts().stream()
                        .filter(ConsentWorld::onDoNotContact)
                        .map(SimulatedContact::id))
                .as("contacts on do-not-contact")
                .containsAll(doNotContact);
        assertThat(world.mautic.contacts()).as("one contact an address").hasSize(3);
    }

    private void assertOptedOutInMautic(int customer) {
        SimulatedContact contact = world.contact(customer).orElseThrow();
        assertThat(ConsentWorld.onDoNotContact(contact))
                .as("contact of customer %d on do-not-contact", customer)
                .isTrue();
        assertThat(contact.values()).as("contact of customer %d", customer).containsEntry("marketing_opt_in", false);
    }

    /** The network works again, and every part of the sync runs. */
    private void finish() {
        world.webhooks(Step.Delivery.ARRIVES);
        world.mautic.faults().clear();
        for (int round = 0; round < 2; round++) {
            world.mautic.processWebhooks();
            world.mautic.webhooks().sendHeldBack();
            world.processInbox(world.jdbi);
            assertThat(world.catchUp(world.jdbi)).isInstanceOf(CatchUpResult.Done.class);
            world.expireLeases();
            assertThat(world.push(world.jdbi)).isInstanceOf(RunResult.Done.class);
        }
        world.expireLeases();
        assertThat(world.push(world.jdbi)).isInstanceOf(RunResult.Done.class);
        assertThat(world.inbox.counts()).containsEntry(Inbox.State.DEAD, 0L);
    }

    void optOutInCrm(int customer) {
        world.crm.set(SmallCrm.id(customer), "marketing_opt_in", "false");
        optedOut.add(customer);
    }

    void optInInCrm(int customer) {
        int changed = world.jdbi.withHandle(handle -> handle.execute(
                "update public.customer_profiles set marketing_opt_in = true where id = ? and not marketing_opt_in",
                SmallCrm.id(customer)));
        if (changed > 0) {
            optedOut.remove(customer);
        }
    }

    void editInCrm(int customer) {
        world.crm.set(SmallCrm.id(customer), "suburb", "suburb " + System.nanoTime());
    }

    void changeEmail() {
        otherEmail = !otherEmail;
        world.crm.set(SmallCrm.id(3), "email", otherEmail ? "c2@example.com" : "c@example.com");
    }

    /** Mautic records no opt-out of a contact that is on do-not-contact already, and sends no webhook (seen on 5.1.0). */
    void optOutInMautic(int customer, Step.OptOutBy by) {
        world.contact(customer).ifPresent(contact -> {
            boolean recorded = !ConsentWorld.onDoNotContact(contact);
            switch (by) {
                case LINK -> world.mautic.people().unsubscribe(world.mail(contact));
                case ONE_CLICK -> world.mautic.people().oneClickUnsubscribe(world.mail(contact));
                case ADMIN -> world.mautic.doNotContact(contact.id(), 3);
            }
            if (recorded) {
                optedOut.addAll(sharing(customer));
            }
        });
    }

    void bounce(int customer) {
        world.contact(customer).ifPresent(contact -> world.mautic.people().bounce(world.mail(contact)));
    }

    /** An opt-out that the CRM has not received is lost with its entry: no table reports it, and its webhook may be lost. */
    void removeDoNotContact(int customer, Step.RemovedBy by, Step.Delivery delivery) {
        world.contact(customer).filter(ConsentWorld::onDoNotContact).ifPresent(contact -> {
            world.webhooks(delivery);
            switch (by) {
                case ADMIN -> world.mautic.clearDoNotContact(contact.id());
                case RESUBSCRIBE_LINK -> world.mautic.people().resubscribe(world.mail(contact));
            }
            doNotContact.remove(contact.id());
            Set<Integer> notReceived = new TreeSet<>(sharing(customer));
            notReceived.removeAll(world.optedOutInCrm());
            optedOut.removeAll(notReceived);
        });
    }

    private static List<Integer> sharing(int customer) {
        return customer <= 2 ? List.of(1, 2) : List.of(customer);
    }

    void push(int cut) {
        world.cutting(cut, world::push);
    }

    void processInbox(int cut) {
        world.cutting(cut, world::processInbox);
    }

    void catchUp(int cut) {
        world.cutting(cut, world::catchUp);
    }

    void loseResponses() {
        world.loseResponses();
    }

    void replay() {
        world.inbox.replay(new Replay.Between(Instant.EPOCH, Instant.parse("2200-01-01T00:00:00Z")));
    }

    void webhooks(Step.Delivery delivery) {
        world.webhooks(delivery);
    }

    void queueMode(Webhooks.Mode mode) {
        world.mautic.webhooks().mode(mode);
    }

    void processQueue() {
        world.mautic.processWebhooks();
    }

    void deliverDelayedWebhooks() {
        world.mautic.webhooks().sendHeldBack();
    }
}
