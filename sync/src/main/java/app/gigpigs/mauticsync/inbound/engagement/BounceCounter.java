package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Ids;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Known;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Times;
import app.gigpigs.mauticsync.inbound.engagement.OptOuts.Said;
import app.gigpigs.mauticsync.inbound.event.BounceSeverity;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.SentMail;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Counts a mail that bounced once, although up to three tell of it, in any order: a do-not-contact entry of Mautic, which
 * may name no mail, the mail's row in email_stats, and Amazon SES.
 */
final class BounceCounter {
    private final CustomerFinder customers;
    private final CustomerChanges changes;
    private final BounceEffect effect;
    private final OptOuts optOuts;
    private final EngagementTable engagement = new EngagementTable();
    private final BounceReports reports = new BounceReports();
    private final BouncedMails mails = new BouncedMails();
    private final PendingEventTable pending = new PendingEventTable();

    BounceCounter(CustomerFinder customers, CustomerChanges changes, OptOuts optOuts) {
        this.customers = customers;
        this.changes = changes;
        this.effect = new BounceEffect(customers, changes);
        this.optOuts = optOuts;
    }

    /**
     * Counts a failed e-mail of Mautic. When a report or Amazon told of it before, their row becomes the row of the
     * e-mail, and it is not counted again.
     */
    ApplyResult count(Handle handle, Event.Bounce bounce, EventSource source) {
        mails.lock(handle);
        if (engagement.has(handle, bounce.key())) {
            return ApplyResult.KNOWN;
        }
        Optional<CustomerId> customer = customers.find(handle, bounce.details().contact());
        BouncedMail mail = mail(handle, bounce.statId(), bounce.mail(), bounce.details());
        Optional<UUID> row = reports.takeOver(handle, bounce);
        if (row.isEmpty()) {
            Optional<Known> ses = SameMail.ofStat(mails.toSameAddress(handle, mail), mail);
            ses.ifPresent(known -> reports.rename(handle, known.row().key(), bounce));
            row = ses.map(known -> known.row().id());
        }
        if (row.isEmpty()) {
            row = engagement.insert(handle, bounce, customer.orElse(null), source);
        }
        return counted(
                handle,
                row.orElseThrow(),
                new Stated(
                        Said.of(Reason.BOUNCED, bounce, source),
                        bounce.details().contact(),
                        mail,
                        BounceSeverity.COUNTED));
    }

    /** Stores a report that a contact bounced. If it names no mail, catching up looks for one before it counts. */
    ApplyResult store(Handle handle, Event.BounceReport report, EventSource source) {
        mails.lock(handle);
        if (!reports.add(handle, report)) {
            engagement.correctTime(handle, report, source);
            return ApplyResult.KNOWN;
        }
        BouncedMail mail = mail(handle, null, SentMail.UNKNOWN, report.details());
        Stated stated = new Stated(
                Said.of(Reason.BOUNCED, report, source), report.details().contact(), mail, report.severity());
        Optional<UUID> before = reports.linkToCounted(handle, report);
        if (before.isEmpty()) {
            Optional<Known> ses = SameMail.ofReport(mails.toSameAddress(handle, mail), mail);
            ses.ifPresent(
                    known -> reports.counted(handle, report.key(), known.row().key()));
            before = ses.map(known -> known.row().id());
        }
        if (before.isPresent()) {
            counted(handle, before.get(), stated);
            return ApplyResult.KNOWN;
        }
        CustomerId customer = customers.find(handle, report.details().contact()).orElse(null);
        Optional<UUID> row = engagement.insert(handle, report, customer, source);
        if (row.isEmpty()) {
            return ApplyResult.KNOWN;
        }
        if (report.certain()) {
            reports.counted(handle, report.key(), report.key());
            return counted(handle, row.get(), stated);
        }
        mails.put(handle, row.get(), mail, report.severity());
        if (customer == null) {
            pending.add(handle, row.get(), report.details().contact(), WaitingFor.CUSTOMER, EffectResult.APPLIED);
        }
        return ApplyResult.NEW;
    }

    /** Counts a bounce that Amazon reports. When Mautic told of the mail before, it is Mautic's row that counts. */
    ApplyResult count(Handle handle, Event.SesBounce bounce, EventSource source) {
        mails.lock(handle);
        EventDetails details = bounce.details();
        BouncedMail mail = mail(handle, null, bounce.mail(), details);
        if (engagement.has(handle, bounce.key())) {
            return ApplyResult.KNOWN;
        }
        Stated stated = new Stated(Said.of(Reason.BOUNCED, bounce, source), details.contact(), mail, bounce.severity());
        Optional<Known> known = SameMail.ofSes(mails.toSameAddress(handle, mail), mail);
        if (known.isPresent()) {
            // An open report counts now: this is the mail that was looked for.
            reports.counted(handle, known.get().row().key(), known.get().row().key());
            return counted(handle, known.get().row().id(), stated);
        }
        CustomerId customer = customers.find(handle, details.contact()).orElse(null);
        return engagement
                .insert(handle, bounce, customer, source)
                .map(row -> counted(handle, row, stated))
                .orElse(ApplyResult.KNOWN);
    }

    /** Adds what is known of the mail to its row, and makes the effect that is still to be made. */
    private ApplyResult counted(Handle handle, UUID row, Stated stated) {
        Optional<Known> before = mails.of(handle, row);
        mails.put(handle, row, stated.mail(), stated.severity());
        effect.make(handle, stated.contact(), before, mails.of(handle, row).orElseThrow());
        String address = stated.mail().address();
        if (address != null && (stated.severity() == BounceSeverity.PERMANENT || changes.isInvalid(handle, address))) {
            CustomerId customer = customers.find(handle, stated.contact()).orElse(null);
            optOuts.invalid(handle, address, stated.said(), customer);
        }
        boolean wasCounted = before.map(Known::progress)
                .filter(each -> each.counted() || each.due())
                .isPresent();
        return wasCounted ? ApplyResult.KNOWN : ApplyResult.NEW;
    }

    /** The mail, with the address that the contact or its customer has. */
    private BouncedMail mail(Handle handle, @Nullable Long stat, SentMail sent, EventDetails details) {
        ContactRef contact = details.contact();
        String address = contact.email() != null
                ? contact.email()
                : customers
                        .find(handle, contact)
                        .map(customer -> customers.addressOf(handle, customer))
                        .orElse(null);
        String emailId =
                details.email() == null ? null : String.valueOf(details.email().id());
        return new BouncedMail(
                address == null ? null : CustomerFinder.address(address),
                new Ids(stat, emailId, sent.trackingHash(), sent.sesMessageId()),
                new Times(sent.sentAt(), details.occurredAt()));
    }

    /** What somebody said of a mail. */
    private record Stated(Said said, ContactRef contact, BouncedMail mail, BounceSeverity severity) {}
}
