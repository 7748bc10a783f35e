package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.consent.ledger.ConsentLedger.Entry;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An address that an operator wants to be mailed again.
 *
 * @param inForce what stands against it: under true what was selected, under false the rest
 * @param optedOut customers who have it and are opted out in the CRM
 */
public record AllowCandidate(
        String address,
        Map<Boolean, List<Entry>> inForce,
        List<CustomerId> optedOut,
        Bounces bounces,
        Selection selection) {
    /** What would end. */
    public List<Entry> ended() {
        return inForce.getOrDefault(true, List.of());
    }

    /** Whether the address counts as one that takes mails again: the CRM's flag and count, too. */
    public boolean endsBounces() {
        boolean bounceMeant = selection instanceof Selection.Said said
                ? said.reason() == Reason.BOUNCED
                : bounces.counted() || bounces.inMautic();
        return bounceMeant || ends(Reason.BOUNCED);
    }

    public boolean ends(Reason reason) {
        return ended().stream().anyMatch(entry -> entry.reason() == reason);
    }

    /** Why it cannot be allowed; empty when it can. Pure. */
    public Optional<String> obstacle(Operator.Complaints complaints) {
        if (!optedOut.isEmpty()) {
            return Optional.of(
                    "customer " + optedOut.get(0) + " is opted out in the CRM: the opt-in has to be set there first");
        }
        Optional<Entry> rest = inForce.getOrDefault(false, List.of()).stream().findFirst();
        if (rest.isPresent()) {
            return rest.map(entry ->
                    entry.reason().code() + " since " + entry.saidAt() + " stands, too: allow it by its address");
        }
        Optional<Entry> complaint = ended().stream()
                .filter(entry -> entry.reason() == Reason.COMPLAINED)
                .findFirst();
        if (complaint.isPresent() && complaints == Operator.Complaints.STAY) {
            return complaint.map(
                    entry -> "the person complained at " + entry.saidAt() + ": --complaints ends a complaint, too");
        }
        return ended().isEmpty() && !endsBounces()
                ? Optional.of("nothing stands against it in the ledger")
                : Optional.empty();
    }

    /**
     * Bounces beside the ledger.
     *
     * @param counted the CRM counts bounces of the address, or has flagged it
     * @param inMautic Mautic's contact was seen with an entry for a bounce
     */
    record Bounces(boolean counted, boolean inMautic) {}
}
