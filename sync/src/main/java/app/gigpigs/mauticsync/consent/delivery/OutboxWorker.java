package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.consent.delivery.Outbox.Entry;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.CrmStatements;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/**
 * The way of an opt-out from the CRM to Mautic within seconds: takes what the outbox has, asks whom Mautic may still mail,
 * and sets do-not-contact. It never waits for a run, and never lets anybody be mailed: opt-ins wait for the run.
 */
public final class OutboxWorker {
    private static final int AT_ONCE = 200;

    private final Jdbi jdbi;
    private final AddressConsent consents;
    private final ErasureRegister erased;
    private final CrmStatements crm;
    private final LinkedContacts linked;
    private final OptOutDelivery delivery;
    private final Outbox outbox = new Outbox();

    public OutboxWorker(Jdbi jdbi, Mautic mautic, CrmNames names, AddressConsent consents, ErasureRegister erased) {
        this.jdbi = jdbi;
        this.consents = consents;
        this.erased = erased;
        this.crm = new CrmStatements(names);
        this.linked = new LinkedContacts(names, consents);
        this.delivery = new OptOutDelivery(jdbi, mautic, names, consents);
    }

    /**
     * Works until nothing is due, then delivers the statements that the ledger has open. May run in any number of
     * processes at once.
     *
     * @return how many do-not-contact entries are new
     * @throws MauticException when Mautic does not answer; what was taken is tried again later
     */
    public int run() {
        int entries = 0;
        for (List<Entry> some = take(); !some.isEmpty(); some = take()) {
            entries += process(some);
        }
        return entries + delivery.undelivered();
    }

    private List<Entry> take() {
        return jdbi.inTransaction(handle -> outbox.take(handle, AT_ONCE));
    }

    private int process(List<Entry> some) {
        List<Long> ids = some.stream().map(Entry::id).toList();
        try {
            int entries = customers(of(some, "customer"));
            entries += delivery.to(of(some, "address").stream()
                    .map(one -> Objects.requireNonNull(one.address()))
                    .collect(Collectors.toSet()));
            for (Entry lost : of(some, "lost_contact")) {
                entries += lostContact(lost);
            }
            jdbi.useHandle(handle -> outbox.done(handle, ids));
            return entries;
        } catch (MauticException e) {
            jdbi.useHandle(handle -> outbox.failed(handle, ids, String.valueOf(e.getMessage())));
            throw e;
        }
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
        Set<String> addresses = jdbi.inTransaction(handle -> {
            Set<String> found = linked.addresses(handle, customers);
            erased.enter(handle);
            crm.record(handle, erased::among, found);
            return found;
        });
        Map<Long, Consent> wanted = jdbi.withHandle(handle -> linked.unmailableContacts(handle, customers));
        return delivery.to(addresses) + delivery.toContacts(wanted).entries();
    }

    /**
     * Mautic's merge drops the do-not-contact entry of the contact that is gone. If its person must not be mailed, the
     * contact that it was merged into gets the entry.
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
        int entries = consent.mailable()
                ? 0
                : delivery.toContacts(Map.of(Objects.requireNonNull(lost.contact()), consent))
                        .entries();
        return entries + delivery.to(addresses);
    }
}
