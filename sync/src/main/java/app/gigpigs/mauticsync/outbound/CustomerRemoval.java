package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ConsentSettings.DeletedCustomers;
import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.Change;
import app.gigpigs.mauticsync.outbound.diff.Change.Linked;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.segment.SegmentMembership;
import app.gigpigs.mauticsync.outbound.state.ExcludedCustomer;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.outbound.state.Tombstones;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * Removes customers that are no longer sent: their contacts leave our segments and still get an opt-out. The contact
 * itself stays, unless its customer was deleted in the CRM and the setting says otherwise. Runs before anything is sent:
 * a contact that is matched to another customer in this run must not be taken out of that one's segments again.
 */
final class CustomerRemoval {
    private static final int AT_ONCE = 500;

    private final Mautic mautic;
    private final SegmentMembership memberships;
    private final SyncStatus status;
    private final Tombstones tombstones;
    private final DeletedCustomers policy;

    private CustomerRemoval(
            Mautic mautic,
            SegmentMembership memberships,
            SyncStatus status,
            Tombstones tombstones,
            DeletedCustomers policy) {
        this.mautic = mautic;
        this.memberships = memberships;
        this.status = status;
        this.tombstones = tombstones;
        this.policy = policy;
    }

    static CustomerRemoval of(Jdbi jdbi, Mautic mautic, OutboundSettings settings, RunContext run) {
        return new CustomerRemoval(
                mautic,
                run.memberships(),
                run.status(),
                new Tombstones(jdbi, settings.mapping().crm().profiles()),
                settings.consent().deleted());
    }

    /** Removes the customers that the request is about, and the deleted ones that the safety limit has counted. */
    void apply(ChangeSet changes, RunRequest request) {
        remove(changes);
        if (request.isUnderSafetyLimit()) {
            finishDeleted();
        }
    }

    private void remove(ChangeSet changes) {
        List<ExcludedCustomer> removed = new ArrayList<>();
        for (Change.Skip skip : changes.skips()) {
            removed.add(removed(skip, skip.linked()));
            record(removed, AT_ONCE);
        }
        for (Change.Removed change : changes.removed()) {
            removed.add(removed(change, change.linked()));
            record(removed, AT_ONCE);
        }
        record(removed, 1);
    }

    /** Applies the setting to the contacts of customers that the CRM deleted. */
    private void finishDeleted() {
        for (Tombstones.Tombstone tombstone : tombstones.open()) {
            leaveSegments(tombstone.customer(), tombstone.linked())
                    .filter(contact -> policy != DeletedCustomers.KEEP)
                    .filter(contact -> belongsTo(tombstone.customer(), contact))
                    .ifPresent(this::applyPolicy);
            tombstones.close(tombstone);
        }
    }

    private void applyPolicy(long contact) {
        if (policy == DeletedCustomers.DELETE) {
            mautic.contacts().delete(contact);
        } else {
            mautic.contacts().addDoNotContact(contact, 3, DoNotContactComment.DELETED_COMMENT);
        }
    }

    /** In Mautic the contact may have been given to another person since; then it must not be touched. */
    private boolean belongsTo(CustomerId customer, long contact) {
        return mautic.contacts().withIds(List.of(contact)).stream()
                .anyMatch(one -> customer.toString().equalsIgnoreCase(one.text(FieldMap.SUPABASE_ID)));
    }

    private void record(List<ExcludedCustomer> removed, int atLeast) {
        if (removed.size() >= atLeast) {
            status.left(removed);
            removed.clear();
        }
    }

    private ExcludedCustomer removed(Change change, Linked linked) {
        Optional<Long> contact = leaveSegments(change.customer(), linked);
        Integer reason = null;
        if (contact.isPresent() && linked.optedOut()) {
            optOut(change.customer(), contact.get());
            reason = 3;
        }
        return new ExcludedCustomer(change, reason);
    }

    /** A contact that no longer exists may have been merged. The other has the customer's id now, and would be mailed. */
    private void optOut(CustomerId customer, long contact) {
        boolean there = mautic.contacts().addDoNotContact(contact, 3, DoNotContactComment.DO_NOT_CONTACT_COMMENT);
        if (!there) {
            withIdOf(customer)
                    .forEach(merged ->
                            mautic.contacts().addDoNotContact(merged, 3, DoNotContactComment.DO_NOT_CONTACT_COMMENT));
        }
    }

    private Optional<Long> leaveSegments(CustomerId customer, Linked linked) {
        Long contactId = linked.contactId() == null && linked.interrupted()
                ? withIdOf(customer).stream().findFirst().orElse(null)
                : linked.contactId();
        if (contactId == null) {
            return Optional.empty();
        }
        for (String segment : linked.interrupted() ? memberships.read(contactId) : linked.segments()) {
            memberships.remove(segment, contactId);
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
