package app.gigpigs.mauticsync.outbound.safety;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.outbound.diff.Change;
import app.gigpigs.mauticsync.outbound.payload.PlannedWrite;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a run would do that must not happen by mistake, in numbers of customers. Pure.
 *
 * @param known customers that have a contact, and those that would get one if nearly all of them opted out
 * @param unmailable people who must not be mailed: an opt-in is a share of these
 * @param counts how many customers each kind of change affects
 */
public record Impact(int known, int unmailable, Map<Kind, Integer> counts) {
    /** A kind of change; the text follows "7 of 50 customers". */
    public enum Kind {
        OPT_OUT("would be opted out"),
        OPT_IN("who must not be mailed would be opted in"),
        REMOVAL("would leave segments"),
        BLANK("would have values blanked"),
        REMOVED("were removed or can no longer be sent"),
        ADDRESS_TAKEN("would get the e-mail address of another customer");

        private final String message;

        Kind(String message) {
            this.message = message;
        }
    }

    public Impact {
        counts = Map.copyOf(counts);
    }

    /** Nothing yet. */
    static Impact none(int known, int unmailable) {
        return new Impact(known, unmailable, Map.of());
    }

    public int count(Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** Why the safety limit stops this run; empty when it does not. */
    public Optional<String> stops(SafetySettings safety, OptionalInt confirmed) {
        List<String> message = Arrays.stream(Kind.values())
                .filter(kind -> safety.exceededBy(count(kind), base(kind)))
                .map(kind -> count(kind) + " of " + base(kind) + " customers " + kind.message)
                .toList();
        if (message.isEmpty() || most() <= confirmed.orElse(-1)) {
            return Optional.empty();
        }
        return Optional.of("the safety limit stopped this run before anything was sent: " + String.join(", ", message)
                + ", more than " + safety.safetyLimitPercent().toPlainString()
                + " per cent. See ./mautic-sync plan; if this is right, go on with ./mautic-sync sync --confirm "
                + most());
    }

    private int base(Kind kind) {
        return kind == Kind.OPT_IN ? unmailable : known;
    }

    /** The largest of the numbers: what a person confirms. */
    int most() {
        return counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** Counts customers without a contact that nearly all opted out, if they are more than those that have one. */
    Impact plus(List<Change.Push> newCustomers) {
        if (newCustomers.size() <= known) {
            return this;
        }
        int optOuts = (int)
                newCustomers.stream().filter(push -> ofTheCrm(push.consent())).count();
        return new Impact(known + newCustomers.size(), unmailable, counts).plus(Kind.OPT_OUT, optOuts);
    }

    /** What the CRM itself says, and not an event or a list. */
    static boolean ofTheCrm(Consent consent) {
        return consent == Consent.OPTED_OUT || consent == Consent.NO_OPT_IN;
    }

    /** Adds one customer's plan. */
    Impact plus(PlannedWrite push) {
        return plus(Kind.OPT_OUT, push.optsOut() ? 1 : 0)
                .plus(Kind.REMOVAL, push.removalsOnly() ? 1 : 0)
                .plus(Kind.BLANK, push.blanks() ? 1 : 0);
    }

    /** With more customers of a kind. */
    Impact plus(Kind kind, int customers) {
        if (customers == 0) {
            return this;
        }
        Map<Kind, Integer> more = new EnumMap<>(Kind.class);
        more.putAll(counts);
        more.merge(kind, customers, Integer::sum);
        return new Impact(known, unmailable, more);
    }
}
