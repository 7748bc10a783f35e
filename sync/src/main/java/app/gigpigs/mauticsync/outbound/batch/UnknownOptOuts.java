package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Opt-outs that Mautic shows on contacts before their addresses are written elsewhere, and whose webhook may be lost: an
 * address must not get from a contact that cannot be mailed to a new one that can.
 */
public final class UnknownOptOuts {
    private final Consumer<List<Contact>> seen;
    private final PayloadBuilder payloads;

    /** @param seen states the opt-outs of contacts, unless they are known */
    public UnknownOptOuts(Consumer<List<Contact>> seen, PayloadBuilder payloads) {
        this.seen = seen;
        this.payloads = payloads;
    }

    /** Learns from these contacts before their addresses are released. */
    void learn(Collection<Contact> contacts) {
        List<Contact> unmailable =
                contacts.stream().filter(contact -> !contact.mailable()).toList();
        if (!unmailable.isEmpty()) {
            seen.accept(unmailable);
        }
    }

    /** The writes as they must be sent after the contacts that were found for them showed their opt-outs. */
    Collection<ContactWrite> decided(Collection<ContactWrite> writes, Collection<Contact> found) {
        learn(found);
        return found.stream().allMatch(Contact::mailable) ? writes : payloads.decideAgain(writes);
    }
}
