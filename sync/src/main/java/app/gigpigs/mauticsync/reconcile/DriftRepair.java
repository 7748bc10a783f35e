package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import app.gigpigs.mauticsync.reconcile.Drift.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/** Repairs drift: a missing do-not-contact is set at once; the rest is sent again by the next run. */
final class DriftRepair {
    private final Jdbi jdbi;
    private final Mautic mautic;

    DriftRepair(Jdbi jdbi, Mautic mautic) {
        this.jdbi = jdbi;
        this.mautic = mautic;
    }

    /** Answers how many customers the next run sends again. Duplicates are left to a person: Mautic has to merge them. */
    int repair(List<ExpectedContacts.Linked> page, List<Drift> drifts) {
        drifts.stream()
                .filter(drift -> drift.kinds().contains(Kind.DO_NOT_CONTACT_MISSING))
                .forEach(drift -> mautic.contacts()
                        .addDoNotContact(drift.contactId(), 3, DoNotContactComment.DO_NOT_CONTACT_COMMENT));
        Set<CustomerId> drifted = drifts.stream()
                .filter(drift -> !drift.kinds().equals(Set.of(Kind.DUPLICATE)))
                .map(Drift::customer)
                .collect(Collectors.toSet());
        Map<CustomerId, String> hashes = new HashMap<>();
        for (ExpectedContacts.Linked one : page) {
            String hash = one.row().hash();
            if (hash != null && drifted.contains(one.row().customer())) {
                hashes.put(one.row().customer(), hash);
            }
        }
        return jdbi.withHandle(handle -> new ResendRequests(handle).unlessSentSince(hashes));
    }
}
