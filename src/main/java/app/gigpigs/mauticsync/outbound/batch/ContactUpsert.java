package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.mautic.BatchResult;
import app.gigpigs.mauticsync.mautic.ItemResult;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.outbound.batch.BatchSender.AddressConflict;
import app.gigpigs.mauticsync.outbound.batch.BatchSender.SendResult;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import app.gigpigs.mauticsync.outbound.state.Outcome.Conflict;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends the customers whose contact has to be found first, and settles the cases in which another contact holds their
 * e-mail address. A contact is taken over only when it is free; an address is freed only when the CRM says that its
 * holder no longer has it.
 */
public final class ContactUpsert {
    private final Mautic mautic;
    private final ContactLookup lookup;
    private final BatchSender sender;

    public ContactUpsert(Mautic mautic, ContactLookup lookup, BatchSender sender) {
        this.mautic = mautic;
        this.lookup = lookup;
        this.sender = sender;
    }

    /**
     * Updates linked contacts. Who holds an address that moved is looked up before it is sent: 5.1.0 answers 422 (seen),
     * but an edit for which Mautic finds another contact may merge that one in, which deletes it for good.
     *
     * @param movers customers that have another address than the one last sent
     */
    SendResult update(List<ContactWrite> linked, Set<UUID> movers) {
        SendResult sent = new SendResult();
        sent.outcomes.addAll(blocked(linked.stream()
                .filter(write -> movers.contains(write.customer()))
                .toList()));
        Set<UUID> conflict = sent.outcomes.stream().map(Outcome::customer).collect(Collectors.toSet());
        sent.add(sender.edit(linked.stream()
                .filter(write -> !conflict.contains(write.customer()))
                .toList()));
        return sent;
    }

    private List<Conflict> blocked(List<ContactWrite> movers) {
        List<Conflict> blocked = new ArrayList<>();
        Map<ContactWrite, Match.Found> elsewhere = new LinkedHashMap<>();
        lookup.match(movers).forEach((write, match) -> {
            if (match instanceof Match.Conflict conflict && !released(conflict)) {
                blocked.add(conflict(write, conflict));
            } else if (match instanceof Match.Found found && !isLinkedTo(write, found.contactId())) {
                elsewhere.put(write, found);
            }
        });
        // A linked contact that is gone gives way to the one found; of two that are there, people have to choose.
        mautic.contacts()
                .withIds(elsewhere.keySet().stream()
                        .map(write -> Objects.requireNonNull(write.contactId()))
                        .toList())
                .forEach(contact -> elsewhere.forEach((write, other) -> {
                    if (isLinkedTo(write, contact.id())) {
                        blocked.add(conflictWith(write, other));
                    }
                }));
        return blocked;
    }

    private static boolean isLinkedTo(ContactWrite write, long contact) {
        return Objects.equals(write.contactId(), contact);
    }

    private static Conflict conflictWith(ContactWrite write, Match.Found other) {
        return new Conflict(write, Set.of(other.contactId()), other.besides(write));
    }

    /** Looks customers without a contact up, updates those found and creates the rest. */
    SendResult findOrCreate(List<ContactWrite> unlinked) {
        SendResult sent = new SendResult();
        List<ContactWrite> found = new ArrayList<>();
        List<ContactWrite> create = new ArrayList<>();
        lookup.match(unlinked).forEach((write, match) -> {
            if (match instanceof Match.Found contact) {
                found.add(write.to(contact.contactId(), contact.origin()));
            } else if (match instanceof Match.Conflict conflict && !released(conflict)) {
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
     * Settles the items that Mautic refused because another contact has their e-mail address or id. What cannot be
     * settled is sent without the address, so that nothing else, least of all an opt-out, waits for it.
     */
    void resolveConflicts(SendResult sent) {
        List<AddressConflict> addressConflicts = sent.takeConflicts();
        Map<ContactWrite, Match> matches = lookup.match(
                addressConflicts.stream().map(AddressConflict::write).toList());
        List<ContactWrite> released = new ArrayList<>();
        for (AddressConflict reported : addressConflicts) {
            Match match = Objects.requireNonNull(matches.get(reported.write()));
            if (match instanceof Match.Conflict conflict && released(conflict)) {
                released.add(reported.write());
            } else {
                sent.outcomes.add(
                        match instanceof Match.Conflict conflict
                                ? conflict(reported.write(), conflict)
                                : unexplained(reported));
            }
        }
        sent.add(sender.edit(
                released.stream().filter(write -> write.contactId() != null).toList()));
        sent.add(sender.create(
                released.stream().filter(write -> write.contactId() == null).toList()));
        sent.takeConflicts().forEach(reported -> sent.outcomes.add(unexplained(reported)));
        sent.takeMissing()
                .forEach(write ->
                        sent.outcomes.add(new Rejected(write, null, "the contact vanished while it was written")));
        List<Conflict> conflict = sent.outcomes.stream()
                .filter(Conflict.class::isInstance)
                .map(Conflict.class::cast)
                .toList();
        sendTheRest(conflict);
        conflict.forEach(this::optOutOfOwners);
    }

    /** Makes the holder give the address up, where the CRM has taken it from its customer. */
    private boolean released(Match.Conflict conflict) {
        return conflict.releasable().isPresent()
                && releaseAddresses(List.of(conflict.releasable().get()));
    }

    /** Makes these contacts give their address up until their own turn comes; what they hold is kept first. */
    void release(List<ContactWrite> linked) {
        sender.keep(linked);
        releaseAddresses(linked.stream()
                .map(write -> Objects.requireNonNull(write.contactId()))
                .toList());
    }

    /**
     * Blanks the e-mail address of contacts whose customers have another one now.
     *
     * @return whether all of them are free
     */
    private boolean releaseAddresses(List<Long> contactIds) {
        BatchResult result = mautic.batches()
                .edit(contactIds.stream().map(ContactUpsert::withoutAddress).toList());
        return result instanceof BatchResult.Answered answered
                && answered.items().stream().allMatch(ItemResult::saved);
    }

    private static Map<String, @Nullable Object> withoutAddress(long contactId) {
        Map<String, @Nullable Object> item = new LinkedHashMap<>();
        item.put("id", contactId);
        item.put("email", null);
        item.put("overwriteWithBlank", true);
        return item;
    }

    private void sendTheRest(List<Conflict> conflict) {
        List<ContactWrite> rest = conflict.stream()
                .map(Conflict::write)
                .filter(write -> write.contactId() != null)
                .map(write -> write.with(write.fields().without(Map.of("email", List.of()))))
                .toList();
        Set<UUID> arrived = sender.edit(rest).saved();
        for (ContactWrite write : rest) {
            if (write.fields().optedOut() && !arrived.contains(write.customer())) {
                mautic.contacts()
                        .addDoNotContact(
                                Objects.requireNonNull(write.contactId()),
                                3,
                                DoNotContactComment.DO_NOT_CONTACT_COMMENT);
            }
        }
    }

    /**
     * A no reaches a contact that is already there, whatever else about it Mautic refuses: until somebody mends the
     * value, it would be mailed.
     */
    void insistOnNo(SendResult sent) {
        sent.outcomes.replaceAll(outcome -> outcome instanceof Rejected rejected
                        && rejected.write().fields().optedOut()
                        && rejected.write().contactId() != null
                ? withNo(rejected, rejected.write().contactId())
                : outcome);
    }

    private Rejected withNo(Rejected rejected, long contactId) {
        try {
            mautic.contacts().addDoNotContact(contactId, 3, DoNotContactComment.DO_NOT_CONTACT_COMMENT);
            return rejected;
        } catch (MauticException e) {
            // One contact that takes nothing at all must not end the run; a Mautic that is away ends it elsewhere.
            return new Rejected(
                    rejected.write(),
                    rejected.contactId(),
                    rejected.message() + "; and its do-not-contact is not there: " + e.getMessage());
        }
    }

    /** Whoever holds the address of a person who said no must not be mailed at it. */
    private void optOutOfOwners(Conflict conflict) {
        if (conflict.write().fields().optedOut()) {
            conflict.holders()
                    .forEach(contact ->
                            mautic.contacts().addDoNotContact(contact, 3, DoNotContactComment.DO_NOT_CONTACT_COMMENT));
        }
    }

    private static Conflict conflict(ContactWrite write, Match.Conflict conflict) {
        return new Conflict(write, conflict.holders(), conflict.message());
    }

    private static Conflict unexplained(AddressConflict reported) {
        return new Conflict(reported.write(), Set.of(), "Mautic answered 422: " + reported.message());
    }
}
