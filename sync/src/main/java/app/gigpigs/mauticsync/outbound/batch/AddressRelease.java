package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.match.Match.Releasable;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Blanks the e-mail address of contacts whose customers have another address in the CRM, so that it can be used again. */
final class AddressRelease {
    private final Mautic mautic;
    private final BatchSender sender;
    private final UnknownOptOuts optOuts;
    private final Consumer<Set<Long>> resend;

    /** @param resend has the customers of these contacts sent once more */
    AddressRelease(Mautic mautic, BatchSender sender, UnknownOptOuts optOuts, Consumer<Set<Long>> resend) {
        this.mautic = mautic;
        this.sender = sender;
        this.optOuts = optOuts;
        this.resend = resend;
    }

    /**
     * Releases the address in conflict, where the CRM allows it; answers whether it can be used now. The contact's customer
     * is sent again: after a merge nothing else says that its own address is not there. It is marked before, for a
     * process that dies then, and after, for a batch of this run that wrote the customer meanwhile.
     */
    boolean released(Match.Conflict conflict) {
        if (conflict.releasable().isEmpty()) {
            return false;
        }
        Releasable contact = conflict.releasable().get();
        resend.accept(Set.of(contact.contact()));
        sender.keep(contact);
        boolean blanked = sender.blank(Map.of(contact.contact(), contact.fields()));
        resend.accept(Set.of(contact.contact()));
        return blanked;
    }

    /** Releases the addresses of these contacts until they are sent themselves; their values are kept for undo first. */
    void releaseLinked(List<ContactWrite> linked) {
        sender.keep(linked);
        List<Long> contacts = linked.stream()
                .map(write -> Objects.requireNonNull(write.contactId()))
                .toList();
        optOuts.learn(mautic.contacts().withIds(contacts));
        sender.blank(contacts.stream().collect(Collectors.toMap(contact -> contact, contact -> List.of("email"))));
    }
}
