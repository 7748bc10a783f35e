package app.gigpigs.mauticsync.consent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    private static final Throwable FIRST = new AssertionError("first");

    private final List<List<Integer>> played = new ArrayList<>();

    @Test
    void only_the_steps_that_the_failure_needs_are_left_in_their_order() {
        assertThat(shrink(List.of(9, 3, 8, 1, 7, 3, 5), List.of(3, 1)).steps()).containsExactly(3, 1);
    }

    @Test
    void a_step_is_tried_again_after_a_later_pass_made_it_unnecessary() {
        // 2 is needed only for as long as 1 is there.
        Shrinker<Integer> shrunk = Shrinker.shrink(
                List.of(2, 1, 5),
                FIRST,
                story -> failureIf(story.contains(5) && (!story.contains(1) || story.contains(2))));

        assertThat(shrunk.steps()).containsExactly(5);
    }

    @Test
    void a_story_that_needs_every_step_stays_as_it_is() {
        Shrinker<Integer> shrunk = shrink(List.of(1, 2, 3), List.of(1, 2, 3));

        assertThat(shrunk.steps()).containsExactly(1, 2, 3);
        assertThat(shrunk.failure()).isSameAs(FIRST);
        assertThat(played).hasSize(3);
    }

    @Test
    void the_failure_is_that_of_the_steps_left() {
        assertThat(shrink(List.of(1, 2, 3), List.of(2)).failure()).hasMessage("[2]");
    }

    @Test
    void a_failure_that_needs_no_step_leaves_none() {
        assertThat(shrink(List.of(1, 2, 3), List.of()).steps()).isEmpty();
    }

    @Test
    void the_same_seed_makes_the_same_story_and_another_seed_another() {
        assertThat(StoryGenerator.story(7)).isEqualTo(StoryGenerator.story(7)).isNotEqualTo(StoryGenerator.story(8));
    }

    private Shrinker<Integer> shrink(List<Integer> story, List<Integer> needed) {
        return Shrinker.shrink(story, FIRST, steps -> {
            played.add(steps);
            return inOrder(steps, needed) ? Optional.of(new AssertionError(steps.toString())) : Optional.empty();
        });
    }

    private static boolean inOrder(List<Integer> steps, List<Integer> needed) {
        int next = 0;
        for (int step : steps) {
            if (next < needed.size() && needed.get(next) == step) {
                next++;
            }
        }
        return next == needed.size();
    }

    private static Optional<Throwable> failureIf(boolean failing) {
        return failing ? Optional.of(new AssertionError()) : Optional.empty();
    }
}
