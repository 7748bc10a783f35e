package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.consent.ledger.Endings;
import app.gigpigs.mauticsync.consent.ledger.Endings.Ending;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.DoNotContact;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * Removes do-not-contact where a later opt-in in the CRM ends what stood against an address.
 *
 * <p>An entry of ours does not say that the person never used an unsubscribe link: Mautic leaves our entry as it is then
 * (seen on 4.4, 5.1 and 7.0). So an entry for an opt-out in the CRM is removed only where no mail was ever sent.
 */
final class Reconsent {
    private static final int AT_ONCE = 100;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final Endings endings;
    private final EntryRemoval removal;
    private final ConsentLedger ledger = new ConsentLedger();

    Reconsent(Jdbi jdbi, Mautic mautic, OutboundSettings settings, RunContext run) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        this.endings = new Endings(settings.mapping().crm(), settings.consent().reconsent());
        this.removal = new EntryRemoval(
                jdbi,
                mautic,
                new AddressConsent(settings.mapping().crm(), settings.mapping().consent()),
                run.status());
    }

    /** Ends what may end. Returns how many addresses may be mailed again. */
    int apply() {
        removal.recover();
        List<Ending> due = jdbi.withHandle(endings::due);
        int mailable = 0;
        for (int from = 0; from < due.size(); from += AT_ONCE) {
            mailable += end(due.subList(from, Math.min(due.size(), from + AT_ONCE)));
        }
        return mailable;
    }

    private int end(List<Ending> some) {
        Map<String, List<Contact>> contacts = removal.intend(
                some.stream().flatMap(one -> one.statements().stream()).toList(),
                some.stream().map(Ending::address).toList());
        int mailable = 0;
        for (Ending one : some) {
            mailable += end(one, contacts.getOrDefault(one.address(), List.of())) ? 1 : 0;
        }
        return mailable;
    }

    private boolean end(Ending ending, List<Contact> contacts) {
        boolean removable = contacts.stream()
                .filter(contact -> !contact.mailable())
                .allMatch(contact -> removable(ending, contact));
        if (!removable || wasMailed(ending, contacts)) {
            removal.keepEntries(ending.statements());
            return false;
        }
        return removal.remove(
                        ending.address(),
                        ending.statements(),
                        contacts,
                        handle -> ledger.end(handle, ending.statements(), ending.by(), null))
                .mailable();
    }

    /** Whether each entry of the contact was made for something that ends now. */
    private boolean removable(Ending ending, Contact contact) {
        return contact.doNotContact().stream()
                .filter(DoNotContact::againstEmail)
                .allMatch(entry -> {
                    Optional<Consent> ours = DoNotContactComment.consent(entry.comments());
                    return ours.isPresent()
                            ? ending.covers(ours.get())
                            : entry.reason() == 1 && ending.covers(Consent.UNSUBSCRIBED);
                });
    }

    /** An unsubscribe that Mautic did not store is possible only where a mail was sent. */
    private boolean wasMailed(Ending ending, List<Contact> contacts) {
        return settings.consent().reconsent() != ReconsentPolicy.KEEP
                && ending.covers(Consent.OPTED_OUT)
                && (contacts.stream().anyMatch(contact -> mautic.contacts().everMailed(contact.id()))
                        || mautic.contacts().everMailed(ending.address()));
    }
}
