package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Known;
import app.gigpigs.mauticsync.inbound.engagement.PendingEventTable.Pending;
import app.gigpigs.mauticsync.inbound.event.BounceSeverity;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What a bounced mail changes in the CRM: the count of its address, once, and whether the address is valid. */
final class BounceEffect {
    private final CustomerFinder customers;
    private final CustomerChanges changes;
    private final BouncedMails mails = new BouncedMails();
    private final PendingEventTable pending = new PendingEventTable();

    BounceEffect(CustomerFinder customers, CustomerChanges changes) {
        this.customers = customers;
        this.changes = changes;
    }

    /**
     * Makes the effect of a statement about a mail.
     *
     * @param before the mail as it was known before this statement
     * @param mail the mail with this statement
     */
    void make(Handle handle, ContactRef contact, Optional<Known> before, Known mail) {
        boolean news = before.isEmpty() || !before.get().progress().permanent();
        if (mail.progress().due()
                || (mail.progress().counted() && !(mail.progress().permanent() && news))) {
            // Counted before, or it will be when the customer appears or the CRM accepts it.
            return;
        }
        CustomerId customer = customers.find(handle, contact).orElse(null);
        EffectResult effect = change(handle, mail, mail.mail().address());
        if (effect == EffectResult.APPLIED || (effect == EffectResult.NO_CUSTOMER && customer != null)) {
            mails.counted(handle, mail.row().id());
        }
        if (effect == EffectResult.REJECTED
                || (customer == null && !mail.progress().counted())) {
            pending.add(handle, mail.row().id(), contact, WaitingFor.of(customer), effect);
        }
    }

    /** Makes the effect that waited for its customer, or for the CRM. */
    EffectResult makeDue(Handle handle, Pending event, @Nullable String address) {
        Optional<Known> mail = mails.of(handle, event.event());
        if (mail.isEmpty()) {
            return address == null
                    ? EffectResult.APPLIED
                    : changes.countBounce(handle, address, BounceSeverity.COUNTED);
        }
        EffectResult effect = change(handle, mail.get(), address);
        if (effect != EffectResult.REJECTED) {
            mails.counted(handle, event.event());
        }
        return effect;
    }

    private EffectResult change(Handle handle, Known mail, @Nullable String address) {
        if (address == null) {
            return EffectResult.NO_CUSTOMER;
        }
        if (mail.progress().counted()) {
            return mail.progress().permanent() ? changes.flagAsInvalid(handle, address) : EffectResult.APPLIED;
        }
        return changes.countBounce(
                handle, address, mail.progress().permanent() ? BounceSeverity.PERMANENT : BounceSeverity.COUNTED);
    }
}
