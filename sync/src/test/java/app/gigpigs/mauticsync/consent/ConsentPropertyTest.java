package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens in whatever order: a customer who opted out and did not opt in again in the CRM ends as opted out on
 * both sides, also when the entry was removed in Mautic meanwhile; the sync never removes a do-not-contact entry; and only
 * the CRM itself opts a customer in.
 *
 * <p>Plays {@code -Dstories=15} generated stories: from {@code -Dstory.first}, or {@code -Dstory.seed=…} alone. Without
 * either, customers' stories begin at a random seed, which a failure names, and those of addresses at {@link #SAMPLE}.
 */
class ConsentPropertyTest {
    /** The same stories of addresses in each build, so that none fails by a story that has nothing to do with its change. */
    private static final long SAMPLE = 1000;

    private static ConsentWorld world;

    @BeforeAll
    static void open() {
        world = new ConsentWorld();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @Test
    void a_customer_who_opted_out_ends_as_opted_out_on_both_sides() {
        Long one = Long.getLong("story.seed");
        long first = one != null
                ? one
                : Long.getLong("story.first", ThreadLocalRandom.current().nextLong(1_000_000_000));
        int stories = one != null ? 1 : Integer.getInteger("stories", 15);
        for (long seed = first; seed < first + stories; seed++) {
            check(seed, StoryGenerator.story(seed), steps -> new ConsentStory(world).play(steps));
        }
    }

    /** Plays {@code -Dstories} stories of addresses, under each setting and version of Mautic. */
    @Test
    void an_address_ends_as_the_rule_says_whatever_happened() {
        Long one = Long.getLong("story.seed");
        long first = one != null ? one : Long.getLong("story.first", SAMPLE);
        int stories = one != null ? 1 : Integer.getInteger("stories", 15);
        for (long seed = first; seed < first + stories; seed++) {
            List<Act> story = Act.story(seed);
            long from = seed;
            check(seed, story, acts -> new AddressStory(world, from).play(acts));
        }
        System.out.println(stories + " stories of addresses from -Dstory.seed=" + first);
    }

    /** Only the comparison of catching up can find these. */
    @Test
    void a_do_not_contact_entry_whose_removal_was_not_reported_is_restored() {
        new ConsentStory(world)
                .play(List.of(
                        new Step.OptOutInCrm(1),
                        new Step.OptOutInCrm(4),
                        new Step.Push(0),
                        new Step.RemoveDoNotContact(2, Step.RemovedBy.RESUBSCRIBE_LINK, Step.Delivery.IS_LOST),
                        new Step.RemoveDoNotContact(4, Step.RemovedBy.ADMIN, Step.Delivery.IS_LOST)));
    }

    private static <T> void check(long seed, List<T> story, Consumer<List<T>> play) {
        failure(story, play).ifPresent(failure -> {
            Shrinker<T> shrunk = Shrinker.shrink(story, failure, part -> failure(part, play));
            fail(
                    """
                    A story fails; -Dstory.seed=%d repeats it.
                    The shortest story that fails has %d of its %d steps:
                    %s
                    then every part of the sync runs, and
                    %s

                    The whole story:
                    %s
                    fails with
                    %s""",
                    seed,
                    shrunk.steps().size(),
                    story.size(),
                    numbered(shrunk.steps()),
                    shrunk.failure(),
                    numbered(story),
                    failure);
        });
    }

    private static <T> Optional<Throwable> failure(List<T> story, Consumer<List<T>> play) {
        try {
            play.accept(story);
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(e);
        }
    }

    private static String numbered(List<?> story) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < story.size(); i++) {
            lines.append("%n  %2d. %s".formatted(i + 1, story.get(i)));
        }
        return lines.isEmpty()
                ? "  (no steps)"
                : lines.substring(System.lineSeparator().length());
    }
}
