package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.delivery.Outbox;
import app.gigpigs.mauticsync.consent.delivery.Resend;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.erasure.PersonReferences;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.CrmStatements;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.engagement.OptOuts.Said;
import app.gigpigs.mauticsync.inbound.event.BounceSeverity;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event and its effects to the CRM, in the caller's transaction: both or neither. An event whose key the CRM
 * has already has no effect, so that it may be applied any number of times, from a webhook or by catching up.
 * Thread-safe.
 */
public final class EventApplier {
    private final CustomerFinder customers;
    private final OptOuts optOuts;
    private final AddressConsent consents;
    private final Outbox outbox = new Outbox();
    private final BounceCounter bounces;
    private final ErasureRegister erasures;
    private final Resend resend;
    private final EngagementTable engagement = new EngagementTable();
    private final PendingEventTable pending = new PendingEventTable();
    private final EmailNameTable names = new EmailNameTable();

    public EventApplier(CrmAccess crm) {
        this.customers = new CustomerFinder(crm.names());
        this.optOuts = new OptOuts(customers, new CrmStatements(crm.names()));
        this.bounces = new BounceCounter(
                customers, new CustomerChanges(crm.names(), crm.rule().bouncesUntilInvalid()), optOuts);
        this.consents = new AddressConsent(crm.names(), crm.rule());
        this.erasures = crm.erased();
        this.resend = crm.resend();
    }

    /** Applies one event, unless it is about a person who was erased. */
    public ApplyResult apply(Handle handle, Event.Recorded event, EventSource source) {
        if (concernsErased(handle, event)) {
            return ApplyResult.DROPPED;
        }
        if (event instanceof Event.OwnEntry entry && optOuts.known(handle, entry)) {
            // An entry of ours says something new only where the ledger was lost: a new database over the same Mautic.
            return ApplyResult.DROPPED;
        }
        if (source == EventSource.WEBHOOK && needsConfirmation(handle, event)) {
            outbox.optOut(
                    handle, Objects.requireNonNull(event.details().contact().id()));
            return ApplyResult.UNCONFIRMED;
        }
        if (event.details().email() != null) {
            names.learn(handle, event.details().email());
        }
        if (event instanceof Event.Bounce bounce) {
            return bounces.count(handle, bounce, source);
        }
        if (event instanceof Event.BounceReport report) {
            return bounces.store(handle, report, source);
        }
        if (event instanceof Event.SesBounce bounce && bounce.severity() != BounceSeverity.RECORDED) {
            return bounces.count(handle, bounce, source);
        }
        return store(handle, event, source);
    }

    /**
     * An opt-out or bounce by webhook whose contact's id and address do not fit each other is not believed by its word alone: it may
     * be a sample of Mautic's test button, whose ids mean nothing (7.0.1 sends it without a mark), or about a contact that
     * got the id of a deleted one. Nor is it dropped: the contact is read in Mautic, as soon as Mautic answers.
     */
    private boolean needsConfirmation(Handle handle, Event.Recorded event) {
        return (event instanceof Event.Bounce || reason(event) != null)
                && customers.contradicts(handle, event.details().contact());
    }

    private boolean concernsErased(Handle handle, Event.Recorded event) {
        erasures.enter(handle);
        ContactRef contact = event.details().contact();
        return erasures.concerns(handle, contact.id(), contact.supabaseId(), contact.email());
    }

    private ApplyResult store(Handle handle, Event.Recorded event, EventSource source) {
        ContactRef contact = event.details().contact();
        CustomerId customer = customers.find(handle, contact).orElse(null);
        Optional<UUID> row = engagement.insert(handle, event, customer, source);
        if (row.isEmpty()) {
            engagement.correctTime(handle, event, source);
            return ApplyResult.KNOWN;
        }
        EffectResult effect = state(handle, event, customer, source);
        if (customer == null || effect == EffectResult.REJECTED) {
            pending.add(handle, row.get(), contact, WaitingFor.of(customer), effect);
        }
        follow(handle, event, customer);
        return ApplyResult.NEW;
    }

    /** An opt-out is a statement about the address: it applies to all customers who have it. */
    private EffectResult state(Handle handle, Event.Recorded event, @Nullable CustomerId customer, EventSource source) {
        String email = event.details().contact().email();
        Reason reason = reason(event);
        if (reason == null) {
            return EffectResult.APPLIED;
        }
        EffectResult stated = optOuts.state(handle, Said.of(reason, event, source), email, customer);
        // It is stated once more for the customer, whom the contact may turn out to belong to.
        return customer == null ? EffectResult.NO_CUSTOMER : stated;
    }

    private static @Nullable Reason reason(Event.Recorded event) {
        if (event instanceof Event.Unsubscribe unsubscribe) {
            return unsubscribe.reason();
        }
        if (event instanceof Event.OwnEntry entry) {
            return entry.reason();
        }
        return event instanceof Event.Complaint ? Reason.COMPLAINED : null;
    }

    /** What has to be looked at in Mautic because of an event. */
    private void follow(Handle handle, Event.Recorded event, @Nullable CustomerId customer) {
        String email = event.details().contact().email();
        if (event instanceof Event.Resubscribe) {
            // Who must not be mailed gets the entry back. Only the CRM, or an operator, can record an opt-in.
            addresses(handle, event.details().contact(), customer).forEach(address -> lookAt(handle, address));
        } else if (event instanceof Event.ContactDeleted deleted) {
            Optional<CustomerId> linked = customers.linkedTo(handle, deleted.contactId());
            linked.ifPresent(one -> resend.all(handle, Set.of(one), Resend.Why.CONTACT_DELETED));
            if (linked.isPresent()
                    || (email != null && !consents.of(handle, email).mailable())) {
                outbox.lostContact(
                        handle,
                        deleted.contactId(),
                        linked.orElse(customer),
                        email == null ? null : CustomerFinder.address(email));
            }
        }
    }

    private Set<String> addresses(Handle handle, ContactRef contact, @Nullable CustomerId customer) {
        Set<String> addresses = new LinkedHashSet<>();
        Stream.of(
                        Optional.ofNullable(contact.email()).map(CustomerFinder::address),
                        customers.sentTo(handle, contact.id()),
                        Optional.ofNullable(customer == null ? null : customers.addressOf(handle, customer))
                                .map(CustomerFinder::address))
                .flatMap(Optional::stream)
                .forEach(addresses::add);
        return addresses;
    }

    /**
     * Mautic saved a contact: one that its own form or import made may have an address that must not be mailed, and a
     * customer's may have been given another address there.
     */
    public void contactSaved(Handle handle, Event.ContactSaved saved) {
        erasures.enter(handle);
        ContactRef contact = saved.contact();
        customers
                .sentAnother(handle, contact)
                .ifPresent(one -> resend.all(handle, Set.of(one), Resend.Why.CONTACT_CHANGED));
        if (!saved.mailable()) {
            return;
        }
        if (contact.email() != null) {
            lookAt(handle, CustomerFinder.address(contact.email()));
        } else if (contact.id() != null) {
            // A form of Mautic saves the contact before its address (seen on 5.2.1 and 7.0.0).
            outbox.contact(handle, contact.id());
        }
    }

    private void lookAt(Handle handle, String address) {
        if (!consents.of(handle, address).mailable()) {
            outbox.addresses(handle, Set.of(address));
        }
    }

    /** Applies many opens and clicks at once. They change nothing but their own rows. Drops those of erased people. */
    public Views applyViews(Handle handle, List<Event.Recorded> all, EventSource source) {
        if (all.isEmpty()) {
            return new Views(0, Set.of());
        }
        erasures.enter(handle);
        Set<ContactRef> erased = erasures.among(
                handle,
                all.stream().map(view -> view.details().contact()).collect(Collectors.toSet()),
                contact -> PersonReferences.of(contact.id(), contact.supabaseId(), contact.email()));
        List<Event.Recorded> kept = all.stream()
                .filter(view -> !erased.contains(view.details().contact()))
                .toList();
        Set<String> dropped = all.stream()
                .filter(view -> erased.contains(view.details().contact()))
                .map(Event.Recorded::key)
                .collect(Collectors.toSet());
        return new Views(insertViews(handle, kept, source), dropped);
    }

    private int insertViews(Handle handle, List<Event.Recorded> views, EventSource source) {
        Map<ContactRef, CustomerId> found = customers.findAll(
                handle, views.stream().map(view -> view.details().contact()).toList());
        List<@Nullable CustomerId> customersOf = new ArrayList<>();
        views.forEach(view -> customersOf.add(found.get(view.details().contact())));
        Map<String, UUID> added = engagement.insertAll(handle, views, customersOf, source);
        for (Event.Recorded view : views) {
            UUID row = added.get(view.key());
            if (row != null && !found.containsKey(view.details().contact())) {
                pending.add(handle, row, view.details().contact(), WaitingFor.CUSTOMER, EffectResult.APPLIED);
            }
        }
        return added.size();
    }

    /** Which of these contacts are linked to a customer. */
    public Set<Long> linked(Jdbi jdbi, Collection<Long> contacts) {
        return contacts.isEmpty() ? Set.of() : jdbi.withHandle(handle -> customers.linked(handle, contacts));
    }

    /**
     * What became of many opens and clicks.
     *
     * @param added how many were new
     * @param dropped the keys of those that are about erased people
     */
    public record Views(int added, Set<String> dropped) {}
}
