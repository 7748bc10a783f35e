package app.gigpigs.mauticsync.outbound.push;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.PushList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which customers were pushed first, and who is left. */
final class CanaryCandidates {
    private final List<Push> all;
    private final Set<CustomerId> taken = new HashSet<>();
    private final Set<CustomerId> conflicts = new HashSet<>();

    CanaryCandidates(List<Push> all) {
        this.all = all;
    }

    /**
     * Some that were not taken yet, evenly spread, so that they are as mixed as the whole. Customers whose address
     * changed are left for their proper order.
     */
    List<Push> take(int size) {
        List<Push> plain = PushList.where(all, push -> push.move() == null && !taken.contains(push.customer()));
        List<Push> some = new ArrayList<>();
        int step = Math.max(1, plain.size() / size);
        for (int i = 0; i < plain.size() && some.size() < size; i += step) {
            some.add(plain.get(i));
        }
        some.forEach(push -> taken.add(push.customer()));
        return some;
    }

    /** Another contact had this customer's address; it is pushed again with the rest. */
    void conflict(Push push) {
        conflicts.add(push.customer());
    }

    /** Those that were not taken, and those in conflict. */
    List<Push> left() {
        return PushList.where(all, push -> !taken.contains(push.customer()) || conflicts.contains(push.customer()));
    }
}
