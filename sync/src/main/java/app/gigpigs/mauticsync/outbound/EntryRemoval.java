package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The only place that removes do-not-contact, for whatever reason what stood against an address ends. The intent is stored
 * first, then the entries are removed, then CRM and ledger are asked once more under the lease; if anybody opted
 * out meanwhile, the entries are put back. Until the statements end, every other part of the program keeps the address from
 * being mailed, so a process that dies anywhere here leaves nobody mailable.
 */
final class EntryRemoval {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final AddressConsent consents;
    private final SyncStatus status;
    private final ConsentLedger ledger = new ConsentLedger();

    /** @param status of the holder of the outbound lease */
    EntryRemoval(Jdbi jdbi, Mautic mautic, AddressConsent consents, SyncStatus status) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.consents = consents;
        this.status = status;
    }

    /** What a process that died left half done is delivered again. */
    void recover() {
        jdbi.useTransaction(handle -> {
            status.requireLease(handle);
            ledger.removalsInterrupted(handle);
        });
    }

    /** Stores the intent to end these statements, and reads the contacts that have the addresses, by address. */
    Map<String, List<Contact>> intend(Collection<Long> statements, Collection<String> addresses) {
        jdbi.useHandle(handle -> ledger.removing(handle, statements));
        return mautic.contacts().withEmails(addresses).stream()
                .filter(contact -> contact.email() != null)
                .collect(Collectors.groupingBy(contact -> EmailAddress.normal(String.valueOf(contact.email()))));
    }

    /** The entries stay. */
    void keepEntries(Collection<Long> statements) {
        jdbi.useHandle(handle -> ledger.notRemoved(handle, statements));
    }

    /**
     * Removes the entries of these contacts and ends the statements.
     *
     * @param end ends them, in the transaction that asks once more
     * @return whether the address may be mailed now, and else why not: then everything is as before
     */
    Consent remove(String address, Collection<Long> statements, List<Contact> contacts, Consumer<Handle> end) {
        List<Contact> entered =
                contacts.stream().filter(contact -> !contact.mailable()).toList();
        entered.forEach(contact -> mautic.contacts().removeDoNotContact(contact.id()));
        Consent after = jdbi.inTransaction(handle -> {
            status.requireLease(handle);
            handle.savepoint("before_end");
            end.accept(handle);
            Consent consent = consents.of(handle, address);
            if (!consent.mailable()) {
                handle.rollbackToSavepoint("before_end");
            }
            return consent;
        });
        if (after.mailable()) {
            entered.forEach(contact -> status.doNotContactRemoved(contact.id()));
        } else {
            keepEntries(statements);
            entered.forEach(
                    contact -> mautic.contacts().addDoNotContact(contact.id(), after.doNotContact(), after.comment()));
        }
        return after;
    }
}
