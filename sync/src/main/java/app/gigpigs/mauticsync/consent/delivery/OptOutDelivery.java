package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger.Undelivered;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Brings do-not-contact to Mautic: a person who must not be mailed has an entry there, on every contact that has the address.
 * An entry that exists stays as it is, whatever its reason. Only adds; nothing here removes an entry. Thread-safe.
 */
public final class OptOutDelivery {
    private static final int AT_ONCE = 200;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final AddressConsent consents;
    private final LinkedContacts linked;
    private final SeenOptOuts seen;
    private final ConsentLedger ledger = new ConsentLedger();

    public OptOutDelivery(Jdbi jdbi, Mautic mautic, CrmNames names, ConsentRule rule, ErasureRegister erased) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.consents = new AddressConsent(names, rule);
        this.linked = new LinkedContacts(names, consents);
        this.seen = new SeenOptOuts(names, erased);
    }

    /**
     * Delivers every statement that Mautic does not show yet and whose turn it is.
     *
     * @return how many entries are new
     * @throws MauticException when Mautic does not answer; the statements are tried again later
     */
    public int undelivered() {
        int entries = 0;
        for (OptionalInt some = someUndelivered(); some.isPresent(); some = someUndelivered()) {
            entries += some.getAsInt();
        }
        return entries;
    }

    /** Some of them, so that what is more urgent does not wait; empty when there is none. */
    OptionalInt someUndelivered() {
        List<Undelivered> some = jdbi.withHandle(handle -> ledger.undelivered(handle, AT_ONCE));
        return some.isEmpty() ? OptionalInt.empty() : OptionalInt.of(deliver(some));
    }

    private int deliver(List<Undelivered> statements) {
        List<Long> ids = statements.stream().map(Undelivered::id).toList();
        try {
            int entries = to(statements.stream().map(Undelivered::address).collect(Collectors.toSet()));
            jdbi.useHandle(handle -> ledger.delivered(handle, ids));
            return entries;
        } catch (MauticException e) {
            jdbi.useHandle(handle -> ledger.notDelivered(handle, ids, String.valueOf(e.getMessage())));
            throw e;
        }
    }

    /**
     * Looks at every contact with one of these addresses; where an address may be mailed, nothing happens.
     *
     * @return how many entries are new
     */
    public int to(Collection<String> addresses) {
        Map<String, Consent> unmailable = unmailable(addresses);
        if (unmailable.isEmpty()) {
            return 0;
        }
        Map<Long, Consent> wanted = new LinkedHashMap<>();
        jdbi.useHandle(handle -> linked.of(handle, unmailable.keySet())
                .forEach((contact, address) -> wanted.put(contact, consentOf(unmailable, address))));
        Set<Long> seen = new HashSet<>();
        int entries = 0;
        for (Contact contact : mautic.contacts().withEmails(unmailable.keySet())) {
            Consent consent = unmailable.get(EmailAddress.normal(String.valueOf(contact.email())));
            if (consent != null && seen.add(contact.id())) {
                entries += add(contact, consent);
            }
        }
        wanted.keySet().removeAll(seen);
        return entries + toContacts(wanted).entries();
    }

    /** The same for the addresses that these contacts have by now. */
    int toSaved(Collection<Long> contacts) {
        return to(mautic.contacts().withIds(contacts).stream()
                .filter(contact -> contact.email() != null)
                .map(contact -> EmailAddress.normal(String.valueOf(contact.email())))
                .collect(Collectors.toSet()));
    }

    /**
     * Sets do-not-contact on these contacts. One that was merged passes it on to the contact that it was merged into.
     *
     * @return what became of it
     */
    public ToContacts toContacts(Map<Long, Consent> wanted) {
        int entries = 0;
        Set<Long> deleted = new HashSet<>();
        Map<Long, Consent> missing = new LinkedHashMap<>(wanted);
        for (Contact contact : mautic.contacts().withIds(wanted.keySet())) {
            Consent consent = missing.remove(contact.id());
            if (consent != null) {
                entries += add(contact, consent);
            }
        }
        for (Map.Entry<Long, Consent> one : missing.entrySet()) {
            Optional<Contact> mergedInto = mautic.contacts().current(one.getKey());
            if (mergedInto.isEmpty()) {
                deleted.add(one.getKey());
            }
            entries += mergedInto.map(merged -> add(merged, one.getValue())).orElse(0);
        }
        return new ToContacts(entries, deleted);
    }

    /**
     * What became of contacts.
     *
     * @param entries how many entries are new
     * @param deleted contacts that were deleted
     */
    public record ToContacts(int entries, Set<Long> deleted) {}

    private int add(Contact contact, Consent consent) {
        return contact.mailable()
                        && mautic.contacts().addDoNotContact(contact.id(), consent.doNotContact(), consent.comment())
                ? 1
                : 0;
    }

    private Map<String, Consent> unmailable(Collection<String> addresses) {
        Map<String, Consent> unmailable = new HashMap<>();
        List<String> all = new ArrayList<>(addresses);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<String> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            unmailable.putAll(jdbi.inTransaction(handle -> recorded(handle, consents.of(handle, some))));
        }
        unmailable.values().removeIf(Consent::mailable);
        return unmailable;
    }

    /** The answers, with a statement of each opt-out that the CRM has. */
    private Map<String, Consent> recorded(Handle handle, Map<String, Consent> answers) {
        List<String> optedOut = answers.entrySet().stream()
                .filter(answer -> answer.getValue() == Consent.OPTED_OUT)
                .map(Map.Entry::getKey)
                .toList();
        seen.record(handle, optedOut);
        return answers;
    }

    private static Consent consentOf(Map<String, Consent> unmailable, String address) {
        return unmailable.getOrDefault(address, Consent.OPTED_OUT);
    }
}
