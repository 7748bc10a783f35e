package app.gigpigs.mauticsync.consent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Drops steps from a failing story for as long as it fails without them.
 *
 * @param steps those that are left; without any one of them the story passes
 * @param failure of the story of these steps
 */
record Shrinker<T>(List<T> steps, Throwable failure) {

    /**
     * @param failing a story that fails
     * @param failure how it fails
     * @param play plays a story and returns how it fails, empty if it passes
     */
    static <T> Shrinker<T> shrink(List<T> failing, Throwable failure, Function<List<T>, Optional<Throwable>> play) {
        Shrinker<T> shortest = new Shrinker<>(List.copyOf(failing), failure);
        Shrinker<T> before;
        do {
            before = shortest;
            // From the end: the steps after the failing one are dropped first, and later plays are shorter.
            for (int i = before.steps.size() - 1; i >= 0; i--) {
                List<T> without = new ArrayList<>(shortest.steps);
                without.remove(i);
                Optional<Throwable> fails = play.apply(List.copyOf(without));
                if (fails.isPresent()) {
                    shortest = new Shrinker<>(List.copyOf(without), fails.get());
                }
            }
        } while (shortest.steps.size() < before.steps.size());
        return shortest;
    }
}
