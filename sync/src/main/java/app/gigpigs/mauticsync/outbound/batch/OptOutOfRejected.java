package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import app.gigpigs.mauticsync.outbound.state.Outcome.Conflict;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Opt-outs of customers whose write was rejected or is in conflict. They must reach Mautic all the same: until a person
 * corrects the value, the contact would be mailed.
 */
final class OptOutOfRejected {
    private final Mautic mautic;
    private final BatchSender sender;

    OptOutOfRejected(Mautic mautic, BatchSender sender) {
        this.mautic = mautic;
        this.sender = sender;
    }

    /** Sets do-not-contact in the contacts of rejected writes, each with a call of its own. */
    void applyToRejected(List<Outcome> outcomes) {
        outcomes.replaceAll(outcome -> outcome instanceof Rejected rejected
                        && !rejected.write().consent().mailable()
                        && rejected.write().contactId() != null
                ? withDoNotContact(rejected, rejected.write().contactId())
                : outcome);
    }

    private Rejected withDoNotContact(Rejected rejected, long contactId) {
        try {
            addDoNotContact(contactId, rejected.write().consent());
            return rejected;
        } catch (MauticException e) {
            // One contact that rejects everything must not end the run; a Mautic that is down ends it elsewhere.
            return new Rejected(
                    rejected.write(),
                    rejected.contactId(),
                    new Failure(
                            ErrorCode.OPT_OUT_MISSING,
                            rejected.failure().message() + "; and its do-not-contact is not there: " + e.getMessage()));
        }
    }

    /** Sends writes in conflict without the address, and opts out the contacts that use the address. */
    void applyToConflicts(List<Conflict> conflicts) {
        sendWithoutAddress(conflicts);
        for (Conflict conflict : conflicts) {
            if (!conflict.write().consent().mailable()) {
                // The address must not be mailed, whatever contact has it.
                conflict.holders()
                        .forEach(contact ->
                                addDoNotContact(contact, conflict.write().consent()));
            }
        }
    }

    private void sendWithoutAddress(List<Conflict> conflicts) {
        List<ContactWrite> rest = conflicts.stream()
                .map(Conflict::write)
                .filter(write -> write.contactId() != null)
                .map(write -> write.with(write.fields().without(Map.of("email", List.of()))))
                .toList();
        Set<CustomerId> saved = sender.edit(rest).saved();
        for (ContactWrite write : rest) {
            if (!write.consent().mailable() && !saved.contains(write.customer())) {
                addDoNotContact(Objects.requireNonNull(write.contactId()), write.consent());
            }
        }
    }

    /** An entry that a contact has already stays as it is; Mautic 7 would replace its reason (seen on 7.0.0). */
    private void addDoNotContact(long contactId, Consent consent) {
        mautic.contacts()
                .current(contactId)
                .filter(Contact::mailable)
                .ifPresent(contact ->
                        mautic.contacts().addDoNotContact(contact.id(), consent.doNotContact(), consent.comment()));
    }
}
