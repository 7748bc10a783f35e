package app.gigpigs.mauticsync.outbound.match;

import app.gigpigs.mauticsync.outbound.diff.Change;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The order in which customers whose e-mail addresses changed are sent: an address is given up before another contact
 * takes it, since Mautic answers 422 while two contacts would hold it. Pure.
 *
 * @param waves each wave may be sent once the one before is done
 * @param released customers whose contact must give its address up first, because addresses were swapped in a ring
 */
public record EmailChangeOrder(List<List<Push>> waves, List<Push> released) {

    /** Orders the pushes that move; all of them must have a move. */
    public static EmailChangeOrder of(Collection<Push> movers) {
        Map<String, Push> byOldAddress = new HashMap<>();
        movers.forEach(push -> byOldAddress.put(move(push).from(), push));
        List<List<Push>> waves = new ArrayList<>();
        Set<Push> released = new LinkedHashSet<>();
        List<Push> waiting = new ArrayList<>(movers);
        while (!waiting.isEmpty()) {
            Set<String> stillUsed = waiting.stream()
                    .filter(push -> !released.contains(push))
                    .map(push -> move(push).from())
                    .collect(Collectors.toSet());
            List<Push> wave = waiting.stream()
                    .filter(push -> !stillUsed.contains(move(push).to()))
                    .toList();
            if (wave.isEmpty()) {
                released.add(inRing(waiting.get(0), byOldAddress));
            } else {
                waves.add(wave);
                waiting.removeAll(new HashSet<>(wave));
            }
        }
        return new EmailChangeOrder(waves, List.copyOf(released));
    }

    /** Follows the addresses from one waiting push until one comes up twice: that one is part of a ring. */
    private static Push inRing(Push start, Map<String, Push> byOldAddress) {
        List<Push> seen = new ArrayList<>();
        Push next = start;
        while (!seen.contains(next)) {
            seen.add(next);
            next = Objects.requireNonNull(
                    byOldAddress.get(move(next).to()), "a push waits for an address nobody holds");
        }
        return next;
    }

    private static Change.Move move(Push push) {
        return Objects.requireNonNull(push.move(), "only pushes that move are ordered");
    }
}
