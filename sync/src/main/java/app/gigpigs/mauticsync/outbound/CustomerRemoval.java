package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ConsentSettings.DeletedCustomers;
import app.gigpigs.mauticsync.consent.delivery.LinkedContacts;
import app.gigpigs.mauticsync.consent.delivery.OptOutDelivery;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.Change;
import app.gigpigs.mauticsync.outbound.diff.Change.Linked;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.diff.SkipReason;
import app.gigpigs.mauticsync.outbound.state.ExcludedCustomer;
import app.gigpigs.mauticsync.outbound.state.Tombstones;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/**
 * Removes customers that are no longer sent: their contacts leave our segments and still get an opt-out. The contact
 * itself stays, unless its customer was deleted in the CRM and the setting says otherwise. Runs before anything is sent:
 * a contact that is matched to another customer in this run must not be taken out of that one's segments again.
 */
final class CustomerRemoval {
    private static final int AT_ONCE = 500;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final RunContext run;
    private final Tombstones tombstones;
    private final LinkedContacts linked;
    private final OptOutDelivery delivery;
    private final DeletedCustomerStatements deleted;

    CustomerRemoval(Jdbi jdbi, Mautic mautic, OutboundSettings settings, RunContext run) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        this.run = run;
        CrmNames crm = settings.mapping().crm();
        AddressConsent consents = new AddressConsent(crm, settings.mapping().consent());
        this.tombstones = new Tombstones(jdbi, crm.profiles());
        this.linked = new LinkedContacts(crm, consents);
        this.delivery = new OptOutDelivery(
                jdbi,
                mautic,
                crm,
                settings.mapping().consent(),
                new ErasureRegister(settings.consent().key()));
        this.deleted = new DeletedCustomerStatements(crm);
    }

    /** Removes the customers that the request is about, and the deleted ones that the safety limit has counted. */
    void apply(ChangeSet changes, RunRequest request) {
        remove(changes);
        optOutExcluded();
        if (request.isUnderSafetyLimit()) {
            finishDeleted();
        }
    }

    /** Customers that were excluded before, and opted out since: they are no longer sent, and the opt-out is. */
    private void optOutExcluded() {
        Map<CustomerId, Long> owed = run.status().owingOptOut();
        Map<CustomerId, Consent> unmailable = jdbi.withHandle(handle -> linked.unmailable(handle, owed.keySet()));
        Map<Long, Consent> contacts = new LinkedHashMap<>();
        unmailable.forEach((customer, consent) -> contacts.put(Objects.requireNonNull(owed.get(customer)), consent));
        Set<Long> deleted = delivery.toContacts(contacts).deleted();
        unmailable.forEach((customer, consent) -> {
            if (deleted.contains(owed.get(customer))) {
                toOthers(customer, consent);
            }
        });
        run.status().optedOut(contacts);
    }

    private void remove(ChangeSet changes) {
        List<Change> out = new ArrayList<>(changes.skips());
        out.addAll(changes.removed());
        for (int from = 0; from < out.size(); from += AT_ONCE) {
            removeSome(out.subList(from, Math.min(out.size(), from + AT_ONCE)));
        }
    }

    /** Who must not be mailed has the entry before it is recorded that the customer is no longer sent. */
    private void removeSome(List<Change> some) {
        Map<CustomerId, Consent> unmailable = unmailable(some);
        Map<Long, Consent> contacts = new LinkedHashMap<>();
        Map<Long, CustomerId> customers = new HashMap<>();
        List<ExcludedCustomer> excluded = new ArrayList<>();
        for (Change change : some) {
            Optional<Long> contact = leaveSegments(change.customer(), linkedBy(change));
            Consent consent = unmailable.getOrDefault(change.customer(), Consent.MAILABLE);
            contact.filter(id -> !consent.mailable()).ifPresent(id -> {
                contacts.put(id, consent);
                customers.put(id, change.customer());
            });
            excluded.add(new ExcludedCustomer(
                    change, contact.isEmpty() || consent.mailable() ? null : consent.doNotContact()));
        }
        for (long deleted : delivery.toContacts(contacts).deleted()) {
            toOthers(Objects.requireNonNull(customers.get(deleted)), Objects.requireNonNull(contacts.get(deleted)));
        }
        run.status().left(excluded);
    }

    /** The contact was deleted; another may have the customer's id by now, and would be mailed. */
    private void toOthers(CustomerId customer, Consent consent) {
        Map<Long, Consent> others = new LinkedHashMap<>();
        withIdOf(customer).forEach(contact -> others.put(contact, consent));
        delivery.toContacts(others);
    }

    private static Linked linkedBy(Change change) {
        return change instanceof Change.Skip skip ? skip.linked() : ((Change.Removed) change).linked();
    }

    private Map<CustomerId, Consent> unmailable(List<Change> some) {
        Map<CustomerId, Consent> unmailable = new HashMap<>();
        List<CustomerId> customers = some.stream().map(Change::customer).toList();
        unmailable.putAll(jdbi.withHandle(handle -> linked.unmailable(handle, customers)));
        // An erased person must not be mailed either, should the contact exist under another address.
        some.stream()
                .filter(change -> change instanceof Change.Skip skip && skip.reason() == SkipReason.ERASED)
                .forEach(change -> unmailable.putIfAbsent(change.customer(), Consent.OPTED_OUT));
        return unmailable;
    }

    /** Applies the setting to the contacts of customers that the CRM deleted. */
    private void finishDeleted() {
        for (Tombstones.Tombstone tombstone : tombstones.open()) {
            leaveSegments(tombstone.customer(), tombstone.linked())
                    .flatMap(contact -> ownedBy(tombstone.customer(), contact))
                    .ifPresent(contact -> applyPolicy(tombstone.customer(), contact));
            tombstones.close(tombstone);
        }
    }

    private void applyPolicy(CustomerId customer, Contact contact) {
        if (settings.consent().deleted() == DeletedCustomers.DELETE) {
            mautic.contacts().delete(contact.id());
        } else if (settings.consent().deleted() == DeletedCustomers.DO_NOT_CONTACT && contact.email() != null) {
            jdbi.useTransaction(handle -> deleted.state(handle, customer, contact));
            delivery.to(List.of(contact.email()));
        }
    }

    /** In Mautic the contact may have been given to another person since; then it must not be touched. */
    private Optional<Contact> ownedBy(CustomerId customer, long contact) {
        return mautic.contacts().withIds(List.of(contact)).stream()
                .filter(one -> customer.toString().equalsIgnoreCase(one.text(FieldMap.SUPABASE_ID)))
                .findFirst();
    }

    private Optional<Long> leaveSegments(CustomerId customer, Linked left) {
        Long contactId = left.contactId() == null && left.interrupted()
                ? withIdOf(customer).stream().findFirst().orElse(null)
                : left.contactId();
        if (contactId == null) {
            return Optional.empty();
        }
        for (String segment : left.interrupted() ? run.memberships().read(contactId) : left.segments()) {
            run.memberships().remove(segment, contactId);
        }
        return Optional.of(contactId);
    }

    /** Contacts with the customer's id: a write that was cut off may have created one whose id was never recorded. */
    private List<Long> withIdOf(CustomerId customer) {
        return mautic.contacts().withValues(FieldMap.SUPABASE_ID, List.of(customer.toString())).stream()
                .map(Contact::id)
                .toList();
    }
}
