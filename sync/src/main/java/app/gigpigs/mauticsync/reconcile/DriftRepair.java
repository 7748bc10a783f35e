package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.SourceRow.SentAs;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import app.gigpigs.mauticsync.reconcile.Drift.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        Map<CustomerId, Consent> consents =
                page.stream().collect(Collectors.toMap(one -> one.row().customer(), ExpectedContacts.Linked::consent));
        drifts.stream()
                .filter(drift -> drift.kinds().contains(Kind.DO_NOT_CONTACT_MISSING))
                .forEach(drift ->
                        addDoNotContact(drift.contactId(), Objects.requireNonNull(consents.get(drift.customer()))));
        Set<CustomerId> drifted = drifts.stream()
                .filter(drift -> !drift.kinds().equals(Set.of(Kind.DUPLICATE)))
                .map(Drift::customer)
                .collect(Collectors.toSet());
        Map<CustomerId, String> hashes = new HashMap<>();
        for (ExpectedContacts.Linked one : page) {
            SentAs sent = one.row().sent();
            if (sent != null && drifted.contains(one.row().customer())) {
                hashes.put(one.row().customer(), sent.hash());
            }
        }
        return jdbi.withHandle(handle -> new ResendRequests(handle).unlessSentSince(hashes));
    }

    private void addDoNotContact(long contact, Consent consent) {
        mautic.contacts().addDoNotContact(contact, consent.doNotContact(), consent.comment());
    }
}
