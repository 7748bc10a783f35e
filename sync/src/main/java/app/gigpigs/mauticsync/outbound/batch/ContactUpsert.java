package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.batch.SendResult.AddressConflict;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import app.gigpigs.mauticsync.outbound.state.Outcome.Conflict;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Updates contacts, or finds or creates them, and resolves the conflicts in which another contact already uses the
 * e-mail address. A contact is matched only when it belongs to no customer; an address is released only when the CRM
 * says that the contact's customer no longer has it.
 */
public final class ContactUpsert {
    private final Mautic mautic;
    private final ContactLookup lookup;
    private final BatchSender sender;
    private final UnknownOptOuts unknown;
    private final AddressRelease addresses;
    private final OptOutOfRejected optOuts;

    /** @param resend has the customers of these contacts sent once more, because their values were replaced */
    public ContactUpsert(
            Mautic mautic,
            ContactLookup lookup,
            BatchSender sender,
            UnknownOptOuts unknown,
            Consumer<Set<Long>> resend) {
        this.mautic = mautic;
        this.lookup = lookup;
        this.sender = sender;
        this.unknown = unknown;
        this.addresses = new AddressRelease(mautic, sender, unknown, resend);
        this.optOuts = new OptOutOfRejected(mautic, sender);
    }

    /**
     * Updates linked contacts. An address that changed is looked up before it is sent: 5.1.0 answers 422 (seen), but an
     * edit for which Mautic finds another contact may merge that one in, which deletes it for good.
     *
     * @param newAddress customers that have another address than the one last sent
     */
    SendResult update(List<ContactWrite> linked, Set<CustomerId> newAddress) {
        SendResult sent = new SendResult();
        Map<ContactWrite, Match> matches = match(linked.stream()
                .filter(write -> newAddress.contains(write.customer()))
                .toList());
        sent.outcomes.addAll(conflicts(matches));
        Set<CustomerId> conflicts =
                sent.outcomes.stream().map(Outcome::customer).collect(Collectors.toSet());
        sent.add(sender.edit(Stream.concat(
                        matches.keySet().stream(),
                        linked.stream().filter(write -> !newAddress.contains(write.customer())))
                .filter(write -> !conflicts.contains(write.customer()))
                .toList()));
        return sent;
    }

    /** The keys are the writes as they are to be sent, since what is found may show an opt-out that was not known. */
    private Map<ContactWrite, Match> match(Collection<ContactWrite> writes) {
        Collection<Contact> found = lookup.find(writes);
        return lookup.match(unknown.decided(writes, found), found);
    }

    private List<Conflict> conflicts(Map<ContactWrite, Match> matches) {
        List<Conflict> conflicts = new ArrayList<>();
        Map<ContactWrite, Match.Found> elsewhere = new LinkedHashMap<>();
        matches.forEach((write, match) -> {
            if (match instanceof Match.Conflict conflict && !addresses.released(conflict)) {
                conflicts.add(conflict(write, conflict));
            } else if (match instanceof Match.Found found && !isLinkedTo(write, found.contactId())) {
                elsewhere.put(write, found);
            }
        });
        // Where the linked contact was deleted, the one found is used; where both exist, a person has to choose.
        mautic.contacts()
                .withIds(elsewhere.keySet().stream()
                        .map(write -> Objects.requireNonNull(write.contactId()))
                        .toList())
                .forEach(contact -> elsewhere.forEach((write, other) -> {
                    if (isLinkedTo(write, contact.id())) {
                        conflicts.add(new Conflict(write, Set.of(other.contactId()), other.besides(write)));
                    }
                }));
        return conflicts;
    }

    private static boolean isLinkedTo(ContactWrite write, long contact) {
        return Objects.equals(write.contactId(), contact);
    }

    /** Looks up customers without a contact, updates those found and creates the rest. */
    SendResult findOrCreate(List<ContactWrite> unlinked) {
        SendResult sent = new SendResult();
        List<ContactWrite> found = new ArrayList<>();
        List<ContactWrite> create = new ArrayList<>();
        match(unlinked).forEach((write, match) -> {
            if (match instanceof Match.Found contact) {
                found.add(write.to(contact.contactId(), contact.origin()));
            } else if (match instanceof Match.Conflict conflict && !addresses.released(conflict)) {
                sent.outcomes.add(conflict(write, conflict));
            } else {
                create.add(write.toNewContact());
            }
        });
        sent.add(sender.edit(found));
        sent.add(sender.create(create));
        return sent;
    }

    /**
     * Resolves the items that Mautic rejected because another contact has their e-mail address or id. A conflict that
     * remains is sent without the address, so that nothing else, least of all an opt-out, waits for it.
     */
    void resolveConflicts(SendResult sent) {
        List<ContactWrite> released = releaseConflicts(sent);
        sent.add(sender.edit(
                released.stream().filter(write -> write.contactId() != null).toList()));
        sent.add(sender.create(
                released.stream().filter(write -> write.contactId() == null).toList()));
        sent.takeConflicts().forEach(reported -> sent.outcomes.add(unexplained(reported)));
        sent.takeMissing()
                .forEach(write -> sent.outcomes.add(new Rejected(
                        write,
                        null,
                        new Failure(
                                ErrorCode.CONTACT_CHANGED, "the contact was deleted in Mautic while it was written"))));
        optOuts.applyToConflicts(sent.outcomes.stream()
                .filter(Conflict.class::isInstance)
                .map(Conflict.class::cast)
                .toList());
    }

    /** The writes whose address was released; the others become outcomes. */
    private List<ContactWrite> releaseConflicts(SendResult sent) {
        Map<CustomerId, String> messages = new HashMap<>();
        List<ContactWrite> reported = new ArrayList<>();
        for (AddressConflict one : sent.takeConflicts()) {
            messages.put(one.write().customer(), one.message());
            reported.add(one.write());
        }
        List<ContactWrite> released = new ArrayList<>();
        match(reported).forEach((write, match) -> {
            if (match instanceof Match.Conflict conflict) {
                if (addresses.released(conflict)) {
                    released.add(write);
                } else {
                    sent.outcomes.add(conflict(write, conflict));
                }
            } else {
                sent.outcomes.add(
                        unexplained(new AddressConflict(write, String.valueOf(messages.get(write.customer())))));
            }
        });
        return released;
    }

    /** Releases the addresses of these contacts until they are sent themselves. */
    void release(List<ContactWrite> linked) {
        addresses.releaseLinked(linked);
    }

    /** An opt-out reaches a contact that exists, whatever else about it Mautic rejects. */
    void optOutRejected(SendResult sent) {
        optOuts.applyToRejected(sent.outcomes);
    }

    private static Conflict conflict(ContactWrite write, Match.Conflict conflict) {
        return new Conflict(write, conflict.holders(), conflict.failure());
    }

    private static Conflict unexplained(AddressConflict reported) {
        return new Conflict(
                reported.write(),
                Set.of(),
                new Failure(ErrorCode.ADDRESS_TAKEN, "Mautic answered 422: " + reported.message()));
    }
}
