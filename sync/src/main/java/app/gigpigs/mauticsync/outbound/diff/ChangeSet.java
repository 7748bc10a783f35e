package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.Change.OptOutOrigin;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.Change.Removed;
import app.gigpigs.mauticsync.outbound.diff.Change.Skip;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What one look for changes found.
 *
 * @param pushes customers to be sent
 * @param skips customers newly skipped
 * @param removed customers no longer in the view
 * @param unchanged customers with nothing to do
 * @param stillSkipped customers skipped before for the same reason
 * @param waiting customers rejected before, whose retry delay is not over
 * @param inFlight customers whose write may still be running
 */
public record ChangeSet(
        List<Push> pushes,
        List<Skip> skips,
        List<Removed> removed,
        int unchanged,
        int stillSkipped,
        int waiting,
        int inFlight) {

    /** How many customers the view has. */
    public int customers() {
        return pushes.size() + skips.size() + unchanged + stillSkipped + waiting + inFlight;
    }

    /** The same with the first pushes only, at most this many. */
    public ChangeSet first(int most) {
        return pushing(pushes.subList(0, Math.min(most, pushes.size())));
    }

    /** The same with the pushes of these customers only. */
    public ChangeSet of(Set<CustomerId> customers) {
        return pushing(PushList.where(pushes, push -> customers.contains(push.customer())));
    }

    /** The same without the pushes of these customers, which are skipped instead; some of them newly so. */
    ChangeSet skipping(Set<CustomerId> customers, List<Skip> newlySkipped) {
        List<Skip> more = new ArrayList<>(skips);
        more.addAll(newlySkipped);
        List<Push> rest = PushList.where(pushes, push -> !customers.contains(push.customer()));
        int still = stillSkipped + customers.size() - newlySkipped.size();
        return new ChangeSet(rest, more, removed, unchanged, still, waiting, inFlight);
    }

    /** The same, with the pushes of these customers opted out, whatever the view has by now. */
    public ChangeSet optingOut(Set<CustomerId> customers) {
        if (customers.isEmpty()) {
            return this;
        }
        PushList changed = new PushList();
        pushes.forEach(push -> changed.add(
                customers.contains(push.customer())
                        ? new Push(
                                push.customer(), push.contactId(), push.emailHash(), OptOutOrigin.SHARED, push.move())
                        : push));
        return pushing(changed);
    }

    private ChangeSet pushing(List<Push> some) {
        return new ChangeSet(some, skips, removed, unchanged, stillSkipped, waiting, inFlight);
    }
}
