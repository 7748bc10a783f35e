package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.mautic.BatchResult;
import app.gigpigs.mauticsync.mautic.ItemResult;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.outbound.batch.BatchSender.Conflict;
import app.gigpigs.mauticsync.outbound.batch.BatchSender.Sent;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import app.gigpigs.mauticsync.outbound.state.Outcome.Held;
import app.gigpigs.mauticsync.outbound.state.Outcome.Refused;
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
    Sent update(List<ContactWrite> linked, Set<UUID> movers) {
        Sent sent = new Sent();
        sent.outcomes.addAll(blocked(linked.stream()
                .filter(write -> movers.contains(write.customer()))
                .toList()));
        Set<UUID> held = sent.outcomes.stream().map(Outcome::customer).collect(Collectors.toSet());
        sent.add(sender.edit(linked.stream()
                .filter(write -> !held.contains(write.customer()))
                .toList()));
        return sent;
    }

    private List<Held> blocked(List<ContactWrite> movers) {
        List<Held> blocked = new ArrayList<>();
        Map<ContactWrite, Match.Found> elsewhere = new LinkedHashMap<>();
        lookup.match(movers).forEach((write, match) -> {
            if (match instanceof Match.Held held && !freed(held)) {
                blocked.add(held(write, held));
            } else if (match instanceof Match.Found found && !isLinkedTo(write, found.contactId())) {
                elsewhere.put(write, found);
            }
        });
        // A linked contact that is gone gives way to the one found; of two that are there, people have to choose.
        mautic.contactsWithIds(elsewhere.keySet().stream()
                        .map(write -> Objects.requireNonNull(write.contactId()))
                        .toList())
                .forEach(contact -> elsewhere.forEach((write, other) -> {
                    if (isLinkedTo(write, contact.id())) {
                        blocked.add(heldBy(write, other));
                    }
                }));
        return blocked;
    }

    private static boolean isLinkedTo(ContactWrite write, long contact) {
        return Objects.equals(write.contactId(), contact);
    }

    private static Held heldBy(ContactWrite write, Match.Found other) {
        return new Held(write, Set.of(other.contactId()), other.besides(write));
    }

    /** Looks customers without a contact up, updates those found and creates the rest. */
    Sent findOrCreate(List<ContactWrite> unlinked) {
        Sent sent = new Sent();
        List<ContactWrite> found = new ArrayList<>();
        List<ContactWrite> create = new ArrayList<>();
        lookup.match(unlinked).forEach((write, match) -> {
            if (match instanceof Match.Found contact) {
                found.add(write.to(contact.contactId(), contact.origin()));
            } else if (match instanceof Match.Held held && !freed(held)) {
                sent.outcomes.add(held(write, held));
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
    void settleConflicts(Sent sent) {
        List<Conflict> conflicts = sent.takeConflicts();
        Map<ContactWrite, Match> matches =
                lookup.match(conflicts.stream().map(Conflict::write).toList());
        List<ContactWrite> freed = new ArrayList<>();
        for (Conflict conflict : conflicts) {
            Match match = Objects.requireNonNull(matches.get(conflict.write()));
            if (match instanceof Match.Held held && freed(held)) {
                freed.add(conflict.write());
            } else {
                sent.outcomes.add(
                        match instanceof Match.Held held ? held(conflict.write(), held) : unexplained(conflict));
            }
        }
        sent.add(sender.edit(
                freed.stream().filter(write -> write.contactId() != null).toList()));
        sent.add(sender.create(
                freed.stream().filter(write -> write.contactId() == null).toList()));
        sent.takeConflicts().forEach(conflict -> sent.outcomes.add(unexplained(conflict)));
        sent.takeMissing()
                .forEach(write ->
                        sent.outcomes.add(new Refused(write, null, "the contact vanished while it was written")));
        List<Held> held = sent.outcomes.stream()
                .filter(Held.class::isInstance)
                .map(Held.class::cast)
                .toList();
        sendTheRest(held);
        held.forEach(this::optOutOfHolders);
    }

    /** Makes the holder give the address up, where the CRM has taken it from its customer. */
    private boolean freed(Match.Held held) {
        return held.releasable().isPresent()
                && giveUpAddresses(List.of(held.releasable().get()));
    }

    /** Makes these contacts give their address up until their own turn comes; what they hold is kept first. */
    void release(List<ContactWrite> linked) {
        sender.keep(linked);
        giveUpAddresses(linked.stream()
                .map(write -> Objects.requireNonNull(write.contactId()))
                .toList());
    }

    /**
     * Blanks the e-mail address of contacts whose customers have another one now.
     *
     * @return whether all of them are free
     */
    private boolean giveUpAddresses(List<Long> contactIds) {
        BatchResult result = mautic.editContacts(
                contactIds.stream().map(ContactUpsert::withoutAddress).toList());
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

    private void sendTheRest(List<Held> held) {
        List<ContactWrite> rest = held.stream()
                .map(Held::write)
                .filter(write -> write.contactId() != null)
                .map(write -> write.with(write.fields().without(Map.of("email", List.of()))))
                .toList();
        Set<UUID> arrived = sender.edit(rest).saved();
        for (ContactWrite write : rest) {
            if (write.fields().optedOut() && !arrived.contains(write.customer())) {
                mautic.addDoNotContact(
                        Objects.requireNonNull(write.contactId()), 3, DoNotContactComment.DO_NOT_CONTACT_COMMENT);
            }
        }
    }

    /**
     * A no reaches a contact that is already there, whatever else about it Mautic refuses: until somebody mends the
     * value, it would be mailed.
     */
    void insistOnNo(Sent sent) {
        sent.outcomes.replaceAll(outcome -> outcome instanceof Refused refused
                        && refused.write().fields().optedOut()
                        && refused.write().contactId() != null
                ? withNo(refused, refused.write().contactId())
                : outcome);
    }

    private Refused withNo(Refused refused, long contactId) {
        try {
            mautic.addDoNotContact(contactId, 3, DoNotContactComment.DO_NOT_CONTACT_COMMENT);
            return refused;
        } catch (MauticException e) {
            // One contact that takes nothing at all must not end the run; a Mautic that is away ends it elsewhere.
            return new Refused(
                    refused.write(),
                    refused.contactId(),
                    refused.words() + "; and its do-not-contact is not there: " + e.getMessage());
        }
    }

    /** Whoever holds the address of a person who said no must not be mailed at it. */
    private void optOutOfHolders(Held held) {
        if (held.write().fields().optedOut()) {
            held.holders()
                    .forEach(contact -> mautic.addDoNotContact(contact, 3, DoNotContactComment.DO_NOT_CONTACT_COMMENT));
        }
    }

    private static Held held(ContactWrite write, Match.Held held) {
        return new Held(write, held.holders(), held.words());
    }

    private static Held unexplained(Conflict conflict) {
        return new Held(conflict.write(), Set.of(), "Mautic answered 422: " + conflict.words());
    }
}
