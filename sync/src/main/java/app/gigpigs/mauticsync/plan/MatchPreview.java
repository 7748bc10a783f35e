package app.gigpigs.mauticsync.plan;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a push would find in Mautic: contacts to create, to match and in conflict, and opt-outs there. Read only.
 *
 * @param create contacts that would be new
 * @param match customer to the contact that has its e-mail address and belongs to no customer
 * @param releases customer to the contact whose e-mail address would be released first, because its own customer no longer has
 *     it in the CRM
 * @param reject customer to the reason, with the contacts in conflict
 * @param deleted linked contacts that Mautic no longer has; their customers are among the others as well
 * @param optedOutInMautic customer to the contact that Mautic does not mail, while the customer is opted in in the CRM
 * @param longTexts alias to the number of texts over 64 characters, the length fields are made with
 */
public record MatchPreview(
        int create,
        Map<CustomerId, Long> match,
        Map<CustomerId, Long> releases,
        Map<CustomerId, String> reject,
        Map<CustomerId, Long> deleted,
        Map<CustomerId, Long> optedOutInMautic,
        Map<String, Integer> longTexts) {
    /** Custom text fields have 64 characters unless they were made with more; the API does not tell (seen on 5.1.0). */
    private static final int USUAL_LENGTH = 64;

    /** Looks customers up, a batch at a time. */
    static final class Lookup {
        private static final int AT_ONCE = 200;

        private final Mautic mautic;
        private final ContactLookup lookup;
        private final List<ContactWrite> waiting = new ArrayList<>();
        private int create;
        private final Map<CustomerId, Long> matched = new TreeMap<>();
        private final Map<CustomerId, Long> releaseAddress = new TreeMap<>();
        private final Map<CustomerId, String> reject = new TreeMap<>();
        private final Map<CustomerId, Long> deleted = new TreeMap<>();
        private final Map<CustomerId, Long> optedOut = new TreeMap<>();
        private final Map<String, Integer> lengths = new TreeMap<>();

        Lookup(Mautic mautic, ContactLookup lookup) {
            this.mautic = mautic;
            this.lookup = lookup;
        }

        void look(ContactWrite write) {
            waiting.add(write);
            if (waiting.size() == AT_ONCE) {
                flush();
            }
        }

        MatchPreview found() {
            flush();
            return new MatchPreview(create, matched, releaseAddress, reject, deleted, optedOut, lengths);
        }

        private void flush() {
            Map<Long, Contact> linked = contacts(waiting.stream()
                    .map(ContactWrite::contactId)
                    .filter(Objects::nonNull)
                    .toList());
            List<ContactWrite> open = new ArrayList<>();
            for (ContactWrite write : waiting) {
                measure(write);
                Long contactId = write.contactId();
                Contact contact = contactId == null ? null : linked.get(contactId);
                if (contactId == null) {
                    open.add(write);
                } else if (contact == null) {
                    deleted.put(write.customer(), contactId);
                    open.add(write.toNewContact());
                } else {
                    consent(write, contact);
                    if (!write.fields().email().equalsIgnoreCase(contact.email())) {
                        open.add(write);
                    }
                }
            }
            match(open);
            waiting.clear();
        }

        /** Those without a contact, and those whose contact is to get another address. */
        private void match(List<ContactWrite> open) {
            Map<ContactWrite, Long> found = new LinkedHashMap<>();
            lookup.match(open).forEach((write, match) -> {
                if (match instanceof Match.Found contact) {
                    found(write, contact, found);
                } else if (match instanceof Match.Conflict conflict
                        && conflict.releasable().isEmpty()) {
                    reject.put(write.customer(), conflict.failure().message());
                } else {
                    if (match instanceof Match.Conflict conflict) {
                        conflict.releasable().ifPresent(one -> releaseAddress.put(write.customer(), one.contact()));
                    }
                    create += write.contactId() == null ? 1 : 0;
                }
            });
            Map<Long, Contact> contacts = contacts(found.values());
            found.forEach((write, id) -> {
                Contact contact = contacts.get(id);
                if (contact != null) {
                    consent(write, contact);
                }
            });
        }

        /** A contact has the address already. */
        private void found(ContactWrite write, Match.Found contact, Map<ContactWrite, Long> found) {
            if (write.contactId() == null) {
                found.put(write, contact.contactId());
                if (contact.origin() == ContactWrite.Origin.MATCHED) {
                    matched.put(write.customer(), contact.contactId());
                }
            } else if (write.contactId() != contact.contactId()) {
                reject.put(write.customer(), contact.besides(write).message());
            }
        }

        private Map<Long, Contact> contacts(Collection<Long> ids) {
            Map<Long, Contact> contacts = new HashMap<>();
            mautic.contacts().withIds(ids).forEach(contact -> contacts.put(contact.id(), contact));
            return contacts;
        }

        private void consent(ContactWrite write, Contact contact) {
            if (write.consent().mailable() && !contact.mailable()) {
                optedOut.put(write.customer(), contact.id());
            }
        }

        private void measure(ContactWrite write) {
            write.fields().values().forEach((alias, value) -> {
                if (value instanceof String text && text.codePointCount(0, text.length()) > USUAL_LENGTH) {
                    lengths.merge(alias, 1, Integer::sum);
                }
            });
        }
    }
}
