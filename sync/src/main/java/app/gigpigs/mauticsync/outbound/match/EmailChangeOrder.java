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
 * The order in which customers whose e-mail addresses changed are sent: an address is released before another
 * contact uses it, since Mautic answers 422 while two contacts would have it. Pure.
 *
 * @param rounds each round may be sent once the one before is done
 * @param released customers whose address must be released first, because addresses were exchanged in a cycle
 */
public record EmailChangeOrder(List<List<Push>> rounds, List<Push> released) {

    /** Orders pushes whose address changed. */
    public static EmailChangeOrder of(Collection<Push> changed) {
        Map<String, Push> byOldAddress = new HashMap<>();
        changed.forEach(push -> byOldAddress.put(move(push).from(), push));
        List<List<Push>> rounds = new ArrayList<>();
        Set<Push> released = new LinkedHashSet<>();
        List<Push> waiting = new ArrayList<>(changed);
        while (!waiting.isEmpty()) {
            Set<String> stillUsed = waiting.stream()
                    .filter(push -> !released.contains(push))
                    .map(push -> move(push).from())
                    .collect(Collectors.toSet());
            List<Push> round = waiting.stream()
                    .filter(push -> !stillUsed.contains(move(push).to()))
                    .toList();
            if (round.isEmpty()) {
                released.add(inCycle(waiting.get(0), byOldAddress));
            } else {
                rounds.add(round);
                waiting.removeAll(new HashSet<>(round));
            }
        }
        return new EmailChangeOrder(rounds, List.copyOf(released));
    }

    /** Follows the addresses from one waiting push until one comes up twice: that one is part of a cycle. */
    private static Push inCycle(Push start, Map<String, Push> byOldAddress) {
        List<Push> seen = new ArrayList<>();
        Push next = start;
        while (!seen.contains(next)) {
            seen.add(next);
            next = Objects.requireNonNull(
                    byOldAddress.get(move(next).to()), "a push waits for an address that no contact has");
        }
        return next;
    }

    private static Change.Move move(Push push) {
        return Objects.requireNonNull(push.move(), "only pushes whose address changed are ordered");
    }
}
