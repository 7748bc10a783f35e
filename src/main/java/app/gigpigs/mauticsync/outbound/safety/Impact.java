package app.gigpigs.mauticsync.outbound.safety;

import app.gigpigs.mauticsync.outbound.diff.Change;
import app.gigpigs.mauticsync.outbound.payload.PlannedWrite;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a run would do that nobody wants done by mistake, in numbers of customers. Pure.
 *
 * @param known customers that have a contact, and those that would get one where nearly all of them say no
 * @param optsOut would be opted out
 * @param leaves would leave segments without joining another
 * @param blanked would have a value blanked
 * @param gone can no longer be sent, or are gone from the view or the CRM
 */
public record Impact(int known, int optsOut, int leaves, int blanked, int gone) {

    /** Why the brake stops this run; empty when it does not. */
    public Optional<String> stops(SafetySettings safety, OptionalInt confirmed) {
        BigDecimal share =
                BigDecimal.valueOf(known).multiply(safety.brakePercent()).movePointLeft(2);
        Map<String, Integer> kinds = new LinkedHashMap<>();
        kinds.put("would be opted out", optsOut);
        kinds.put("would leave segments", leaves);
        kinds.put("would have values blanked", blanked);
        kinds.put("are gone or can no longer be sent", gone);
        kinds.values()
                .removeIf(count -> count < safety.brakeFrom()
                        || BigDecimal.valueOf(count).compareTo(share) <= 0
                        || safety.brakePercent().compareTo(new BigDecimal("100")) == 0);
        if (kinds.isEmpty() || most() <= confirmed.orElse(-1)) {
            return Optional.empty();
        }
        List<String> words = kinds.entrySet().stream()
                .map(kind -> kind.getValue() + " of " + known + " customers " + kind.getKey())
                .toList();
        return Optional.of("the brake stopped this run before anything was sent: " + String.join(", ", words)
                + ", more than " + safety.brakePercent().toPlainString()
                + " per cent. See ./mautic-sync plan; if this is right, go on with ./mautic-sync sync --confirm "
                + most());
    }

    /** The largest of the numbers: what a person confirms. */
    int most() {
        return Math.max(Math.max(optsOut, leaves), Math.max(blanked, gone));
    }

    /** Counts customers that nearly all say no before they have a contact, if they are more than those who have one. */
    Impact plus(List<Change.Push> newcomers) {
        if (newcomers.size() <= known) {
            return this;
        }
        int noes = (int)
                newcomers.stream().filter(push -> push.no() == Change.No.OWN).count();
        return new Impact(known + newcomers.size(), optsOut + noes, leaves, blanked, gone);
    }

    /** Adds one customer's plan. */
    Impact plus(PlannedWrite push) {
        return new Impact(
                known,
                optsOut + (push.optsOut() ? 1 : 0),
                leaves + (push.leavesOnly() ? 1 : 0),
                blanked + (push.blanks() ? 1 : 0),
                gone);
    }
}
