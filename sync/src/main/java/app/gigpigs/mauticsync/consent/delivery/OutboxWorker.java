package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.consent.delivery.Outbox.Entry;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.mautic.MauticRejected;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.metrics.Meters;
import app.gigpigs.mauticsync.text.ForeignText;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of an opt-out from the CRM to Mautic within seconds: takes what the outbox has, asks whom Mautic may still mail,
 * and sets do-not-contact. It never waits for a run, and never lets anybody be mailed: opt-ins wait for the run.
 */
public final class OutboxWorker {
    private static final Logger log = LoggerFactory.getLogger(OutboxWorker.class);
    private static final int AT_ONCE = 200;
    private static final int FAILURES_OF_ALL = 3;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final AddressConsent consents;
    private final Resend resend;
    private final LinkedContacts linked;
    private final SeenOptOuts seen;
    private final OptOutDelivery delivery;
    private final Consumer<List<Contact>> observed;
    private final Outbox outbox = new Outbox();
    private Set<Long> told = Set.of();

    /** @param observed applies the opt-outs that contacts show in Mautic, as the inbound journey does */
    public OutboxWorker(Jdbi jdbi, Mautic mautic, CrmAccess crm, Consumer<List<Contact>> observed) {
        this.observed = observed;
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.consents = new AddressConsent(crm.names(), crm.rule());
        this.resend = crm.resend();
        this.linked = new LinkedContacts(crm.names(), consents);
        this.seen = new SeenOptOuts(crm.names(), crm.erased());
        this.delivery = new OptOutDelivery(jdbi, mautic, crm.names(), crm.rule(), crm.erased());
    }

    /**
     * Works until nothing is due, then delivers the statements that the ledger has open. May run in any number of
     * processes at once.
     *
     * @return how many do-not-contact entries are new
     * @throws MauticException when Mautic does not answer; what was taken is tried again later
     */
    public int run() {
        int entries = takeAll();
        for (OptionalInt some = delivery.someUndelivered(); some.isPresent(); some = delivery.someUndelivered()) {
            entries += some.getAsInt() + takeAll();
        }
        jdbi.useHandle(handle -> {
            outbox.prune(handle);
            tellOverflows(outbox.overflows(handle));
        });
        return entries;
    }

    private int takeAll() {
        int entries = 0;
        for (List<Entry> some = take(); !some.isEmpty(); some = take()) {
            entries += process(some);
        }
        return entries;
    }

    private synchronized void tellOverflows(Set<Long> overflows) {
        if (!told.containsAll(overflows)) {
            log.warn(new Failure(
                            ErrorCode.SAFETY_LIMIT,
                            "more customers changed within 15 minutes than the safety limit allows: their opt-outs wait"
                                    + " for the next run, and for a person if the limit stops it")
                    .line());
        }
        told = overflows;
    }

    private List<Entry> take() {
        return jdbi.inTransaction(handle -> outbox.take(handle, AT_ONCE));
    }

    /** An entry that fails is tried again later, and does not keep back those that were taken with it. */
    private int process(List<Entry> some) {
        try {
            return attempt(some);
        } catch (MauticUnavailable e) {
            failed(some, e);
            throw e;
        } catch (MauticRejected | IllegalStateException | NullPointerException e) {
            return some.size() == 1 ? failedAlone(some, e) : oneByOne(some);
        }
    }

    private int attempt(List<Entry> some) {
        int entries = customers(of(some, "customer"));
        entries += delivery.to(of(some, "address").stream()
                .map(one -> Objects.requireNonNull(one.address()))
                .collect(Collectors.toSet()));
        entries += delivery.toSaved(of(some, "contact").stream()
                .map(one -> Objects.requireNonNull(one.contact()))
                .collect(Collectors.toSet()));
        for (Entry lost : of(some, "lost_contact")) {
            entries += lostContact(lost);
        }
        observed.accept(of(some, "opt_out").stream()
                .flatMap(one -> mautic.contacts().current(Objects.requireNonNull(one.contact())).stream())
                .filter(contact -> !contact.mailable())
                .toList());
        jdbi.useTransaction(handle -> {
            outbox.waited(handle, ids(some)).forEach(Meters::optOutDelay);
            outbox.done(handle, ids(some));
        });
        return entries;
    }

    /** Where the first few all fail, it is not about them: Mautic rejects every call. */
    private int oneByOne(List<Entry> some) {
        int entries = 0;
        int failures = 0;
        for (int i = 0; i < some.size(); i++) {
            try {
                entries += attempt(some.subList(i, i + 1));
            } catch (MauticRejected | IllegalStateException | NullPointerException e) {
                failures++;
                if (failures == i + 1 && failures == FAILURES_OF_ALL) {
                    failed(some.subList(0, some.size()), e);
                    throw e;
                }
                failedAlone(some.subList(i, i + 1), e);
            } catch (MauticUnavailable e) {
                failed(some.subList(i, some.size()), e);
                throw e;
            }
        }
        return entries;
    }

    private int failedAlone(List<Entry> one, RuntimeException e) {
        log.warn(Failure.of(e)
                .with("outbox entry " + one.get(0).id() + " failed and is tried again: ")
                .line());
        failed(one, e);
        return 0;
    }

    private void failed(List<Entry> some, RuntimeException e) {
        jdbi.useHandle(handle -> outbox.failed(handle, ids(some), ForeignText.line(e.getMessage())));
    }

    private static List<Long> ids(List<Entry> entries) {
        return entries.stream().map(Entry::id).toList();
    }

    private static List<Entry> of(List<Entry> entries, String kind) {
        return entries.stream().filter(one -> one.kind().equals(kind)).toList();
    }

    private int customers(List<Entry> changed) {
        if (changed.isEmpty()) {
            return 0;
        }
        List<CustomerId> customers = changed.stream()
                .map(one -> Objects.requireNonNull(one.customer()))
                .distinct()
                .toList();
        Set<String> addresses = jdbi.withHandle(handle -> linked.addresses(handle, customers));
        Map<Long, Consent> wanted = jdbi.inTransaction(handle -> {
            Map<CustomerId, Consent> unmailable = linked.unmailable(handle, customers);
            seen.record(handle, linked.held(handle, optedOut(unmailable)));
            return linked.contacts(handle, unmailable);
        });
        return delivery.to(addresses) + delivery.toContacts(wanted).entries();
    }

    private static List<CustomerId> optedOut(Map<CustomerId, Consent> unmailable) {
        return unmailable.entrySet().stream()
                .filter(one -> one.getValue() == Consent.OPTED_OUT)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Mautic's merge drops the do-not-contact entry of the deleted contact. If its person must not be mailed, the
     * contact that it was merged into gets the entry. That one may have the other's values by now, its address included
     * (seen in every version: those of the contact that was changed last win), so its own customer is sent again.
     */
    private int lostContact(Entry lost) {
        Set<String> addresses = new HashSet<>();
        CustomerId customer = lost.customer();
        if (lost.address() != null) {
            addresses.add(lost.address());
        }
        Consent consent = jdbi.withHandle(handle -> {
            if (customer != null) {
                addresses.addAll(linked.addresses(handle, List.of(customer)));
            }
            return consents.of(handle, addresses).values().stream()
                    .filter(one -> !one.mailable())
                    .findFirst()
                    .orElse(Consent.MAILABLE);
        });
        long contact = Objects.requireNonNull(lost.contact());
        mautic.contacts()
                .current(contact)
                .filter(winner -> winner.id() != contact)
                .ifPresent(winner -> jdbi.useTransaction(handle ->
                        resend.all(handle, linked.customersOf(handle, winner.id()), Resend.Why.CONTACT_CHANGED)));
        int entries = consent.mailable()
                ? 0
                : delivery.toContacts(Map.of(contact, consent)).entries();
        return entries + delivery.to(addresses);
    }
}
