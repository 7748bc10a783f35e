package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.simulator.Webhooks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Makes a story of up to 16 steps from a seed; the same seed makes the same story. */
final class StoryGenerator {
    private final Random random;
    private final List<Supplier<Step>> kinds = List.of(
            () -> new Step.OptOutInCrm(customer()),
            () -> new Step.OptInInCrm(customer()),
            this::changeInCrm,
            () -> new Step.OptOutInMautic(customer(), any(Step.OptOutBy.values())),
            () -> new Step.Bounce(customer()),
            () -> new Step.RemoveDoNotContact(customer(), any(Step.RemovedBy.values()), any(Step.Delivery.values())),
            () -> new Step.Push(cut()),
            () -> new Step.Push(cut()),
            () -> new Step.ProcessInbox(cut()),
            () -> new Step.CatchUp(cut()),
            () -> new Step.Webhook(any(Step.Delivery.values())),
            this::rareEvent);

    private StoryGenerator(long seed) {
        random = new Random(seed);
    }

    static List<Step> story(long seed) {
        StoryGenerator generator = new StoryGenerator(seed);
        List<Step> story = new ArrayList<>();
        // Half of the stories begin with contacts in Mautic; few others would get that far.
        if (generator.random.nextBoolean()) {
            story.add(new Step.Push(0));
        }
        int steps = 1 + generator.random.nextInt(15);
        for (int i = 0; i < steps; i++) {
            story.add(generator.any(generator.kinds).get());
        }
        return List.copyOf(story);
    }

    private Step changeInCrm() {
        return random.nextBoolean() ? new Step.EditInCrm(customer()) : new Step.ChangeEmail();
    }

    private Step rareEvent() {
        return any(List.of(
                new Step.LoseResponses(),
                new Step.Replay(),
                new Step.ProcessQueue(),
                new Step.DeliverDelayedWebhooks(),
                new Step.QueueMode(Webhooks.Mode.QUEUE),
                new Step.QueueMode(Webhooks.Mode.IMMEDIATE)));
    }

    private int customer() {
        return 1 + random.nextInt(4);
    }

    private int cut() {
        return random.nextInt(3) < 2 ? 0 : 1 + random.nextInt(120);
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
