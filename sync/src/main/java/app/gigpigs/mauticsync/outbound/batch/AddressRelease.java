package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.mautic.BatchResult;
import app.gigpigs.mauticsync.mautic.ItemResult;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.match.Match.Releasable;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
        boolean blanked = blank(Map.of(contact.contact(), contact.fields()));
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
        blank(contacts.stream().collect(Collectors.toMap(contact -> contact, contact -> List.of("email"))));
    }

    /** Blanks these fields of each contact. */
    private boolean blank(Map<Long, List<String>> fields) {
        List<Map<String, @Nullable Object>> items = new ArrayList<>();
        fields.forEach((contact, blanked) -> {
            Map<String, @Nullable Object> item = new LinkedHashMap<>();
            item.put("id", contact);
            blanked.forEach(field -> item.put(field, null));
            item.put("overwriteWithBlank", true);
            items.add(item);
        });
        BatchResult result = mautic.batches().edit(items);
        return result instanceof BatchResult.Answered answered
                && answered.items().stream().allMatch(ItemResult::saved);
    }
}
