package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.erasure.PersonReferences;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an event and its effects to the CRM, in the caller's transaction: both or neither. An event whose key is there
 * has no effect, so that it may be applied as often as anybody likes, from a webhook or by catching up. Thread-safe.
 */
public final class EventApplier {
    private static final Logger LOG = LoggerFactory.getLogger(EventApplier.class);

    private final CustomerFinder customers;
    private final ErasureRegister erased;
    private final Resend resend;
    private final EngagementTable engagement = new EngagementTable();
    private final BounceReports reports = new BounceReports();
    private final EmailNameTable names = new EmailNameTable();

    public EventApplier(CrmAccess crm, int bouncesUntilInvalid) {
        this.customers = new CustomerFinder(crm.names(), bouncesUntilInvalid);
        this.erased = crm.erased();
        this.resend = crm.resend();
    }

    /** Applies one event, unless it is about somebody who was erased. */
    public ApplyResult apply(Handle handle, Event.Recorded event, EventSource source) {
        return concernsErased(handle, event) ? ApplyResult.DROPPED : applyKept(handle, event, source);
    }

    private ApplyResult applyKept(Handle handle, Event.Recorded event, EventSource source) {
        if (event.details().email() != null) {
            names.learn(handle, event.details().email());
        }
        if (event instanceof Event.Bounce bounce) {
            return count(handle, bounce, source);
        }
        if (event instanceof Event.BounceReport report) {
            return applyReport(handle, report, source);
        }
        CustomerId customer = customers.find(handle, event.details().contact()).orElse(null);
        Optional<UUID> row = engagement.insert(handle, event, customer, source);
        if (row.isEmpty()) {
            correctTime(handle, event, source);
            return ApplyResult.KNOWN;
        }
        EffectResult effect = event instanceof Event.Unsubscribe ? optOut(handle, event, customer) : EffectResult.GIVEN;
        if (customer == null || effect == EffectResult.REJECTED) {
            keepForLater(handle, row.get(), event.details().contact(), WaitingFor.of(customer), effect);
        } else if (event instanceof Event.Resubscribe) {
            // Where the CRM says no, the entry has to come back. A yes is nobody's but the CRM's.
            resend.all(handle, Set.of(customer));
        }
        return ApplyResult.NEW;
    }

    /** Applies many opens and clicks at once, which change nothing but their own rows; drops those of erased people. */
    public Views applyViews(Handle handle, List<Event.Recorded> all, EventSource source) {
        if (all.isEmpty()) {
            return new Views(0, Set.of());
        }
        erased.enter(handle);
        Set<ContactRef> removed = erased.among(
                handle,
                all.stream().map(view -> view.details().contact()).collect(Collectors.toSet()),
                contact -> PersonReferences.of(contact.id(), contact.supabaseId(), contact.email()));
        List<Event.Recorded> views = all.stream()
                .filter(view -> !removed.contains(view.details().contact()))
                .toList();
        Set<String> dropped = all.stream()
                .filter(view -> removed.contains(view.details().contact()))
                .map(Event.Recorded::key)
                .collect(Collectors.toSet());
        return new Views(insertViews(handle, views, source), dropped);
    }

    /**
     * What became of many opens and clicks.
     *
     * @param added how many were new
     * @param dropped the keys of those that are about erased people
     */
    public record Views(int added, Set<String> dropped) {}

    private int insertViews(Handle handle, List<Event.Recorded> views, EventSource source) {
        Map<ContactRef, CustomerId> found = customers.findAll(
                handle, views.stream().map(view -> view.details().contact()).toList());
        List<@Nullable CustomerId> customersOf = new ArrayList<>();
        views.forEach(view -> customersOf.add(found.get(view.details().contact())));
        Map<String, UUID> added = engagement.insertAll(handle, views, customersOf, source);
        for (Event.Recorded view : views) {
            UUID row = added.get(view.key());
            if (row != null && !found.containsKey(view.details().contact())) {
                keepForLater(handle, row, view.details().contact(), WaitingFor.CUSTOMER, EffectResult.GIVEN);
            }
        }
        return added.size();
    }

    /** Those of these contacts that are linked to a customer. */
    public Set<Long> linked(Jdbi jdbi, Collection<Long> contacts) {
        return contacts.isEmpty() ? Set.of() : jdbi.withHandle(handle -> customers.linked(handle, contacts));
    }

    /** Counts a failed mail, once for its stat; the row of a webhook that reported it becomes this bounce's. */
    ApplyResult applyBounce(Handle handle, Event.Bounce bounce, EventSource source) {
        return concernsErased(handle, bounce) ? ApplyResult.DROPPED : count(handle, bounce, source);
    }

    private boolean concernsErased(Handle handle, Event.Recorded event) {
        erased.enter(handle);
        ContactRef contact = event.details().contact();
        return erased.concerns(handle, contact.id(), contact.supabaseId(), contact.email());
    }

    private ApplyResult count(Handle handle, Event.Bounce bounce, EventSource source) {
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
        EffectResult effect = address == null ? EffectResult.NOBODY : customers.countBounces(handle, address, 1);
        if (customer == null || effect == EffectResult.REJECTED) {
            keepForLater(handle, row.get(), contact, WaitingFor.of(customer), effect);
        }
        return ApplyResult.NEW;
    }

    private ApplyResult applyReport(Handle handle, Event.BounceReport report, EventSource source) {
        if (!reports.add(handle, report)) {
            correctTime(handle, report, source);
            return ApplyResult.KNOWN;
        }
        if (reports.tieToCounted(handle, report)) {
            return ApplyResult.KNOWN;
        }
        CustomerId customer = customers.find(handle, report.details().contact()).orElse(null);
        Optional<UUID> row = engagement.insert(handle, report, customer, source);
        if (customer == null && row.isPresent()) {
            keepForLater(handle, row.get(), report.details().contact(), WaitingFor.CUSTOMER, EffectResult.GIVEN);
        }
        return row.isPresent() ? ApplyResult.NEW : ApplyResult.KNOWN;
    }

    /** A no holds for everybody who has the address. */
    private EffectResult optOut(Handle handle, Event.Recorded event, @Nullable CustomerId customer) {
        Set<CustomerId> concerned = new LinkedHashSet<>();
        String email = event.details().contact().email();
        if (email != null) {
            concerned.addAll(customers.holders(handle, email));
        }
        if (customer != null) {
            concerned.add(customer);
        }
        return concerned.isEmpty() ? EffectResult.NOBODY : customers.optOut(handle, concerned);
    }

    /** The row of lead_donotcontact knows when it was made; the webhook only when it was queued. */
    private void correctTime(Handle handle, Event.Recorded event, EventSource source) {
        if (source == EventSource.CATCH_UP) {
            engagement.correctTime(handle, event.key(), event.details().occurredAt());
        }
    }

    /** Until its customer appears, and its effect is given. */
    private static void keepForLater(
            Handle handle, UUID row, ContactRef contact, WaitingFor waitingFor, EffectResult effect) {
        if (contact.id() == null && contact.supabaseId() == null && contact.email() == null) {
            // Nothing could ever tell whose it was.
            return;
        }
        if (effect == EffectResult.REJECTED) {
            LOG.warn("the CRM refuses the change that an event makes; it is kept and tried again, doctor says why");
        }
        handle.createUpdate("""
                        insert into mautic_sync.pending_event (event_id, customer_ref, email, waiting_for, effect_due)
                        values (:id, :customer, :email, :waiting_for, :due)
                        on conflict (event_id) do update
                           set waiting_for = excluded.waiting_for, effect_due = excluded.effect_due
                        """)
                .bind("id", row)
                .bind(
                        "customer",
                        contact.supabaseId() == null
                                ? null
                                : contact.supabaseId().toString())
                .bind("email", contact.email())
                .bind("waiting_for", waitingFor.sql())
                .bind("due", effect != EffectResult.GIVEN)
                .execute();
    }

    /** What an event is kept for. */
    private enum WaitingFor {
        /** Nobody knows whose it is. */
        CUSTOMER,
        /** The CRM rejected the change that it makes. */
        CRM;

        static WaitingFor of(@Nullable CustomerId customer) {
            return customer == null ? CUSTOMER : CRM;
        }

        String sql() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
