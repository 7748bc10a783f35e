package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What became of the writes of one call; each write is in exactly one of the lists. */
public final class SendResult {
    public final List<Delivered> delivered = new ArrayList<>();
    public final List<AddressConflict> conflicts = new ArrayList<>();
    public final List<ContactWrite> missing = new ArrayList<>();
    public final List<Outcome> outcomes = new ArrayList<>();
    /** Contacts of other customers that were written to, because a contact was merged into them at that moment. */
    public final Set<Long> overwritten = new HashSet<>();

    /** An item that Mautic saved, and the contact as Mautic answered it. */
    public record Delivered(ContactWrite write, Contact contact, int status) {}

    /** An item whose e-mail address or id another contact has. */
    public record AddressConflict(ContactWrite write, String message) {}

    void add(SendResult other) {
        delivered.addAll(other.delivered);
        conflicts.addAll(other.conflicts);
        missing.addAll(other.missing);
        outcomes.addAll(other.outcomes);
        overwritten.addAll(other.overwritten);
    }

    /** The contacts that were to be edited and no longer exist; they leave this list. */
    List<ContactWrite> takeMissing() {
        List<ContactWrite> taken = List.copyOf(missing);
        missing.clear();
        return taken;
    }

    /** The items in conflict with another contact; they leave this list. */
    List<AddressConflict> takeConflicts() {
        List<AddressConflict> taken = List.copyOf(conflicts);
        conflicts.clear();
        return taken;
    }

    /** A delivered item turned out to have another outcome. */
    void move(Delivered item, Outcome outcome) {
        delivered.removeIf(one -> one.write().customer().equals(item.write().customer()));
        outcomes.add(outcome);
    }

    /** Some fields of a delivered item were not written after all. */
    void leaveOut(Delivered item, Set<String> aliases, String warning) {
        delivered.replaceAll(one -> {
            ContactWrite write = one.write();
            return write.customer().equals(item.write().customer())
                    ? new Delivered(write.with(write.fields().without(aliases, warning)), one.contact(), one.status())
                    : one;
        });
    }

    Set<CustomerId> saved() {
        return delivered.stream().map(item -> item.write().customer()).collect(Collectors.toSet());
    }
}
