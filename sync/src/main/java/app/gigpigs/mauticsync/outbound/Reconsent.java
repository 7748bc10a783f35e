package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.consent.ledger.Endings;
import app.gigpigs.mauticsync.consent.ledger.Endings.Ending;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.DoNotContact;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/**
 * The only place that removes do-not-contact: where a later opt-in in the CRM ends what stood against an address. The
 * intent is stored first, then the entries are removed, then CRM and ledger are asked once more under the lease; if
 * anybody opted out meanwhile, the entries are put back. Until the statements end, every other part of the program keeps
 * the address from being mailed, so a run that dies anywhere here leaves nobody mailable.
 *
 * <p>An entry of ours does not say that the person never used an unsubscribe link: Mautic leaves our entry as it is then
 * (seen on 4.4, 5.1 and 7.0). So an entry for an opt-out in the CRM is removed only where no mail was ever sent.
 */
final class Reconsent {
    private static final int AT_ONCE = 100;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final RunContext run;
    private final AddressConsent consents;
    private final Endings endings;
    private final ConsentLedger ledger = new ConsentLedger();

    Reconsent(Jdbi jdbi, Mautic mautic, OutboundSettings settings, RunContext run) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        this.run = run;
        this.consents =
                new AddressConsent(settings.mapping().crm(), settings.mapping().consent());
        this.endings = new Endings(settings.mapping().crm(), settings.consent().reconsent());
    }

    /** Ends what may end. Returns how many addresses may be mailed again. */
    int apply() {
        List<Ending> due = jdbi.withHandle(endings::due);
        int mailable = 0;
        for (int from = 0; from < due.size(); from += AT_ONCE) {
            mailable += end(due.subList(from, Math.min(due.size(), from + AT_ONCE)));
        }
        return mailable;
    }

    private int end(List<Ending> some) {
        jdbi.useHandle(handle -> ledger.removing(
                handle, some.stream().flatMap(one -> one.statements().stream()).toList()));
        Map<String, List<Contact>> contacts =
                mautic.contacts().withEmails(some.stream().map(Ending::address).toList()).stream()
                        .filter(contact -> contact.email() != null)
                        .collect(Collectors.groupingBy(contact -> EmailAddress.normal(contact.email())));
        int mailable = 0;
        for (Ending one : some) {
            mailable += end(one, contacts.getOrDefault(one.address(), List.of())) ? 1 : 0;
        }
        return mailable;
    }

    private boolean end(Ending ending, List<Contact> contacts) {
        List<Contact> unmailable =
                contacts.stream().filter(contact -> !contact.mailable()).toList();
        if (!unmailable.stream().allMatch(contact -> removable(ending, contact)) || wasMailed(ending, contacts)) {
            jdbi.useHandle(handle -> ledger.notRemoved(handle, ending.statements()));
            return false;
        }
        unmailable.forEach(contact -> mautic.contacts().removeDoNotContact(contact.id()));
        Consent after = jdbi.inTransaction(handle -> {
            run.status().requireLease(handle);
            handle.savepoint("before_end");
            ledger.end(handle, ending.statements(), ending.by(), null);
            Consent consent = consents.of(handle, ending.address());
            if (!consent.mailable()) {
                handle.rollbackToSavepoint("before_end");
            }
            return consent;
        });
        if (!after.mailable()) {
            jdbi.useHandle(handle -> ledger.notRemoved(handle, ending.statements()));
            unmailable.forEach(
                    contact -> mautic.contacts().addDoNotContact(contact.id(), after.doNotContact(), after.comment()));
            return false;
        }
        unmailable.forEach(contact -> run.status().doNotContactRemoved(contact.id()));
        return true;
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
