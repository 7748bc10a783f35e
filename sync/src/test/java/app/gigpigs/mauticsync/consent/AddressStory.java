package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.AddressModel.Customer;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.inbox.Replay;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.Webhooks;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Plays a story of addresses, and knows from a model of its own what must hold at its end. */
final class AddressStory {
    private static final String ALWAYS_THERE = "always@example.com";

    private final ConsentWorld world;
    private final AddressModel model;
    private final PeopleActs people;
    private final ReconsentPolicy policy;
    /** The present customer of each place, by number: a person who signs up again is a new customer. */
    private final int[] present = new int[Act.CUSTOMERS];

    private int lastCustomer = 10;

    AddressStory(ConsentWorld world, long seed) {
        Random random = new Random(~seed);
        this.world = world;
        this.policy = ReconsentPolicy.values()[random.nextInt(ReconsentPolicy.values().length)];
        this.model = new AddressModel(policy != ReconsentPolicy.KEEP);
        world.begin(MauticVersion.values()[random.nextInt(MauticVersion.values().length)]);
        world.triggers(policy == ReconsentPolicy.NEWEST_WINS || random.nextBoolean());
        this.people = new PeopleActs(world, model, policy);
        people.mode(Webhooks.Mode.IMMEDIATE);
        people.webhooks(random.nextInt(3) == 0 ? Step.Delivery.IS_LOST : Step.Delivery.ARRIVES);
        world.crm.add(9, ALWAYS_THERE);
        for (int place = 0; place < 4; place++) {
            signUp(place, home(place));
        }
    }

    /** The address with which the first customer of a place begins: the first two share one. */
    private static int home(int place) {
        return Math.max(0, place - 1);
    }

    static String address(int number) {
        return (char) ('a' + number % Act.ADDRESSES) + "@example.com";
    }

    /** @throws AssertionError if a rule does not hold during the story or at its end */
    void play(List<Act> acts) {
        for (Act act : acts) {
            play(act);
            model.optInsMayEnd();
            compareCrm(act);
        }
        finish();
        compareCrm(null);
        new AddressChecks(world, model).hold();
        assertThat(world.mailable(ALWAYS_THERE))
                .as("the address that nothing happens to can be mailed")
                .isTrue();
    }

    private void play(Act act) {
        switch (act.kind()) {
            case OPT_OUT_IN_CRM -> optIn(act.who(), false);
            case OPT_IN_IN_CRM -> optIn(act.who(), true);
            case CLEAR_OPT_IN -> optIn(act.who(), null);
            case EDIT -> set(act.who(), "suburb", "suburb " + System.nanoTime());
            case MOVE -> move(act.who(), address(act.other()));
            case LOSE_ADDRESS -> move(act.who(), null);
            case LEAVE_VIEW -> inView(act.who(), false);
            case RETURN_TO_VIEW -> inView(act.who(), true);
            case DELETE_CUSTOMER -> delete(act.who());
            case SIGN_UP -> signUp(act.who(), act.other() % 2 == 0 ? home(act.who()) : act.other());
            case PUSH -> push(act.other());
            case TWO_PUSHES -> world.twice(line -> world.push(line, policy));
            case PROCESS_INBOX -> world.cutting(act.other(), world::processInbox);
            case CATCH_UP -> catchUp(act.other());
            case OUTBOX -> world.cutting(act.other(), world::deliverOptOuts);
            case LOSE_RESPONSES -> world.loseResponses();
            case WEBHOOKS -> people.webhooks(Step.Delivery.values()[act.other() % Step.Delivery.values().length]);
            case QUEUE_MODE -> people.mode(Webhooks.Mode.values()[act.other() % 2]);
            case DELIVER_DELAYED -> world.mautic.webhooks().sendHeldBack();
            case REPLAY -> world.inbox.replay(new Replay.Between(Instant.EPOCH, Instant.parse("2200-01-01T00:00:00Z")));
            default -> people.play(act);
        }
    }

    private Optional<Customer> customer(int number) {
        return Optional.ofNullable(model.customers.get(present[number]));
    }

    private void set(int number, String column, @Nullable String value) {
        if (customer(number).isPresent()) {
            world.crm.set(SmallCrm.id(present[number]), column, value);
        }
    }

    private void optIn(int number, @Nullable Boolean value) {
        set(number, "marketing_opt_in", value == null ? null : value.toString());
        customer(number).ifPresent(one -> model.optIn(present[number], value));
    }

    /** Its contact may bring an entry along to the new address. */
    private void move(int number, @Nullable String address) {
        set(number, "email", address);
        customer(number).ifPresent(one -> {
            model.leaves(present[number]);
            model.meet(one.lastAddress, address);
            one.address = address;
            one.lastAddress = address == null ? one.lastAddress : address;
        });
    }

    private void inView(int number, boolean shown) {
        set(number, "in_view", String.valueOf(shown));
        customer(number).ifPresent(one -> one.inView = shown);
    }

    private void delete(int number) {
        world.crm.delete(SmallCrm.id(present[number]));
        customer(number).ifPresent(one -> model.leaves(present[number]));
        model.customers.remove(present[number]);
    }

    private void signUp(int number, int address) {
        if (customer(number).isEmpty()) {
            present[number] = ++lastCustomer;
            world.crm.add(lastCustomer, Map.of("email", address(address), "marketing_opt_in", "true"));
            Customer added = new Customer();
            added.address = address(address);
            added.lastAddress = address(address);
            model.customers.put(lastCustomer, added);
        }
    }

    private void push(int cut) {
        boolean[] done = new boolean[1];
        world.cutting(cut, line -> done[0] = world.push(line, policy) instanceof RunResult.Done);
        if (done[0]) {
            model.pushed();
            new AddressChecks(world, model).nobodyUntouchedIsMailable();
        }
    }

    private void catchUp(int cut) {
        boolean[] done = new boolean[1];
        world.cutting(cut, line -> done[0] = world.catchUp(line) instanceof CatchUpResult.Done);
        if (done[0]) {
            model.receivedAll();
        }
    }

    /** The sync writes nothing but opt-outs to the CRM, and those only where one was said. */
    private void compareCrm(@Nullable Act after) {
        model.customers.forEach((number, one) -> {
            String row = Rows.one(
                    world.jdbi,
                    "select coalesce(marketing_opt_in::text, 'null') from public.customer_profiles where id = ?",
                    SmallCrm.id(number));
            if (!row.equals(String.valueOf(one.optIn))) {
                assertThat(row)
                        .as("opt-in of customer %d after %s", number, after)
                        .isEqualTo("false");
                assertThat(one.address == null || model.tainted.contains(String.valueOf(one.address)))
                        .as("an opt-out of customer %d was said somewhere before %s", number, after)
                        .isTrue();
                one.optIn = false;
            }
        });
    }

    /** The network works again, and every part of the sync runs. */
    private void finish() {
        world.webhooks(Step.Delivery.ARRIVES);
        world.mautic.faults().clear();
        for (int round = 0; round < 4; round++) {
            world.mautic.processWebhooks();
            world.mautic.webhooks().sendHeldBack();
            world.processInbox(world.jdbi);
            world.deliverOptOuts(world.jdbi);
            assertThat(world.catchUp(world.jdbi)).isInstanceOf(CatchUpResult.Done.class);
            world.expireLeases();
            if (model.unlinkedMerged) {
                world.reconcile();
            }
            assertThat(world.push(world.jdbi, policy)).isInstanceOf(RunResult.Done.class);
        }
    }

    static List<SimulatedContact> contacts(ConsentWorld world, String address) {
        return world.mautic.contacts().stream()
                .filter(contact -> address.equals(contact.text("email")))
                .toList();
    }
}
