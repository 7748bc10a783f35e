package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.inbound.engagement.OptOuts.Said;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Counts a bounced e-mail once, although Mautic tells of it in two ways: a webhook reports that a contact bounced, and a
 * row of email_stats says which e-mail it was. Only the e-mail counts.
 */
final class BounceCounter {
    private final CustomerFinder customers;
    private final CustomerChanges changes;
    private final OptOuts optOuts;
    private final EngagementTable engagement = new EngagementTable();
    private final BounceReports reports = new BounceReports();
    private final PendingEventTable pending = new PendingEventTable();

    BounceCounter(CustomerFinder customers, CustomerChanges changes, OptOuts optOuts) {
        this.customers = customers;
        this.changes = changes;
        this.optOuts = optOuts;
    }

    /** Counts a bounced e-mail. When a webhook reported it before, the row of that report becomes the row of the bounce. */
    ApplyResult count(Handle handle, Event.Bounce bounce, EventSource source) {
        ContactRef contact = bounce.details().contact();
        CustomerId customer = customers.find(handle, contact).orElse(null);
        Optional<UUID> row = reports.takeOver(handle, bounce);
        if (row.isEmpty()) {
            row = engagement.insert(handle, bounce, customer, source);
        }
        if (row.isEmpty()) {
            return ApplyResult.KNOWN;
        }
        String address =
                contact.email() == null && customer != null ? customers.addressOf(handle, customer) : contact.email();
        EffectResult effect = address == null ? EffectResult.NO_CUSTOMER : changes.countBounce(handle, address);
        if (address != null && changes.isInvalid(handle, address)) {
            optOuts.invalid(handle, address, Said.of(Reason.BOUNCED, bounce, source), customer);
        }
        if (customer == null || effect == EffectResult.REJECTED) {
            pending.add(handle, row.get(), contact, WaitingFor.of(customer), effect);
        }
        return ApplyResult.NEW;
    }

    /** Stores a report that a contact bounced. It counts nothing: catching up looks for the e-mail. */
    ApplyResult store(Handle handle, Event.BounceReport report, EventSource source) {
        if (!reports.add(handle, report)) {
            engagement.correctTime(handle, report, source);
            return ApplyResult.KNOWN;
        }
        if (reports.linkToCounted(handle, report)) {
            return ApplyResult.KNOWN;
        }
        CustomerId customer = customers.find(handle, report.details().contact()).orElse(null);
        Optional<UUID> row = engagement.insert(handle, report, customer, source);
        if (customer == null && row.isPresent()) {
            pending.add(handle, row.get(), report.details().contact(), WaitingFor.CUSTOMER, EffectResult.APPLIED);
        }
        return row.isPresent() ? ApplyResult.NEW : ApplyResult.KNOWN;
    }
}
