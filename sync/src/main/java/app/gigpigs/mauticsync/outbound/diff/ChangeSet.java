package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.Change.Removed;
import app.gigpigs.mauticsync.outbound.diff.Change.Skip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one look for changes found.
 *
 * @param pushes customers to be sent
 * @param skips customers newly skipped
 * @param removed customers no longer in the view
 * @param still customers that are left alone
 * @param transitions changes of consent and of addresses
 */
public record ChangeSet(
        List<Push> pushes, List<Skip> skips, List<Removed> removed, Still still, Transitions transitions) {

    /**
     * Customers that stay as they are.
     *
     * @param unchanged with nothing to do
     * @param skipped before for the same reason
     * @param waiting rejected before, whose retry delay is not over
     * @param inFlight whose write may still be running
     * @param unreadable for whom the view fails
     */
    public record Still(int unchanged, int skipped, int waiting, int inFlight, Map<CustomerId, Failure> unreadable) {}

    /**
     * Changes that are suspicious when there are many.
     *
     * @param optIns customers that were sent as not to be mailed, and may be mailed now
     * @param addressesTaken customers whose new address is the one that another customer had
     */
    public record Transitions(int optIns, int addressesTaken) {}

    public int unchanged() {
        return still.unchanged();
    }

    public int stillSkipped() {
        return still.skipped();
    }

    public int waiting() {
        return still.waiting();
    }

    public Map<CustomerId, Failure> unreadable() {
        return still.unreadable();
    }

    public int inFlight() {
        return still.inFlight();
    }

    /** How many customers the view has. */
    public int customers() {
        return pushes.size()
                + skips.size()
                + unchanged()
                + stillSkipped()
                + waiting()
                + inFlight()
                + unreadable().size();
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
        int skipped = stillSkipped() + customers.size() - newlySkipped.size();
        return new ChangeSet(
                rest, more, removed, new Still(unchanged(), skipped, waiting(), inFlight(), unreadable()), transitions);
    }

    private ChangeSet pushing(List<Push> some) {
        return new ChangeSet(some, skips, removed, still, transitions);
    }
}
