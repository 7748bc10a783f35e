package app.gigpigs.mauticsync.outbound.safety;

import app.gigpigs.mauticsync.outbound.diff.Change;
import app.gigpigs.mauticsync.outbound.payload.PlannedWrite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a run would do that must not happen by mistake, in numbers of customers. Pure.
 *
 * @param known customers that have a contact, and those that would get one if nearly all of them opted out
 * @param optsOut would be opted out
 * @param removals would leave segments without joining another
 * @param blanked would have a value blanked
 * @param removed can no longer be sent, or were removed from the view or the CRM
 */
public record Impact(int known, int optsOut, int removals, int blanked, int removed) {

    /** Why the safety limit stops this run; empty when it does not. */
    public Optional<String> stops(SafetySettings safety, OptionalInt confirmed) {
        Map<String, Integer> kinds = new LinkedHashMap<>();
        kinds.put("would be opted out", optsOut);
        kinds.put("would leave segments", removals);
        kinds.put("would have values blanked", blanked);
        kinds.put("were removed or can no longer be sent", removed);
        kinds.values().removeIf(count -> !safety.exceededBy(count, known));
        if (kinds.isEmpty() || most() <= confirmed.orElse(-1)) {
            return Optional.empty();
        }
        List<String> message = kinds.entrySet().stream()
                .map(kind -> kind.getValue() + " of " + known + " customers " + kind.getKey())
                .toList();
        return Optional.of("the safety limit stopped this run before anything was sent: " + String.join(", ", message)
                + ", more than " + safety.safetyLimitPercent().toPlainString()
                + " per cent. See ./mautic-sync plan; if this is right, go on with ./mautic-sync sync --confirm "
                + most());
    }

    /** The largest of the numbers: what a person confirms. */
    int most() {
        return Math.max(Math.max(optsOut, removals), Math.max(blanked, removed));
    }

    /** Counts customers without a contact that nearly all opted out, if they are more than those that have one. */
    Impact plus(List<Change.Push> newCustomers) {
        if (newCustomers.size() <= known) {
            return this;
        }
        int optOuts = (int) newCustomers.stream()
                .filter(push -> push.optOutOrigin() == Change.OptOutOrigin.OWN)
                .count();
        return new Impact(known + newCustomers.size(), optsOut + optOuts, removals, blanked, removed);
    }

    /** Adds one customer's plan. */
    Impact plus(PlannedWrite push) {
        return new Impact(
                known,
                optsOut + (push.optsOut() ? 1 : 0),
                removals + (push.removalsOnly() ? 1 : 0),
                blanked + (push.blanks() ? 1 : 0),
                removed);
    }
}
