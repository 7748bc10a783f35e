package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a push would meet in Mautic: whom it would create, take over and refuse, and who said no there. Read only.
 *
 * @param create contacts that would be new
 * @param adopt customer to the free contact that has its e-mail address
 * @param refuse customer to the reason, with the contacts that stand in the way
 * @param gone linked contacts that Mautic no longer has
 * @param optedOutInMautic customer to the contact that Mautic does not mail, while the CRM has a yes
 * @param doubtfulLengths alias to the number of texts over 64 characters, the length fields are made with
 */
public record Encounter(
        int create,
        Map<UUID, Long> adopt,
        Map<UUID, String> refuse,
        Map<UUID, Long> gone,
        Map<UUID, Long> optedOutInMautic,
        Map<String, Integer> doubtfulLengths) {
    /** Custom text fields have 64 characters unless they were made with more; the API does not tell (seen on 5.1.0). */
    private static final int USUAL_LENGTH = 64;

    /** Looks up as it is told of customers. */
    static final class Scout {
        private static final int AT_ONCE = 200;

        private final Mautic mautic;
        private final ContactLookup lookup;
        private final List<Write> waiting = new ArrayList<>();
        private int create;
        private final Map<UUID, Long> adopt = new TreeMap<>();
        private final Map<UUID, String> refuse = new TreeMap<>();
        private final Map<UUID, Long> gone = new TreeMap<>();
        private final Map<UUID, Long> optedOut = new TreeMap<>();
        private final Map<String, Integer> lengths = new TreeMap<>();

        Scout(Mautic mautic, ContactLookup lookup) {
            this.mautic = mautic;
            this.lookup = lookup;
        }

        void look(Write write) {
            waiting.add(write);
            if (waiting.size() == AT_ONCE) {
                flush();
            }
        }

        Encounter found() {
            flush();
            return new Encounter(create, adopt, refuse, gone, optedOut, lengths);
        }

        private void flush() {
            Map<UUID, Long> contactIds = new HashMap<>();
            Map<UUID, Write> writes = new HashMap<>();
            List<Write> unlinked = new ArrayList<>();
            for (Write write : waiting) {
                measure(write);
                writes.put(write.customer(), write);
                if (write.contactId() == null) {
                    unlinked.add(write);
                } else {
                    contactIds.put(write.customer(), write.contactId());
                }
            }
            lookup.match(unlinked).forEach((write, match) -> {
                if (match instanceof Match.Found found) {
                    contactIds.put(write.customer(), found.contactId());
                    if (found.origin() == Write.Origin.ADOPTED) {
                        adopt.put(write.customer(), found.contactId());
                    }
                } else if (match instanceof Match.Held held) {
                    refuse.put(write.customer(), held.words());
                } else {
                    create++;
                }
            });
            consent(contactIds, writes);
            waiting.clear();
        }

        private void consent(Map<UUID, Long> contactIds, Map<UUID, Write> writes) {
            Map<Long, Contact> contacts = new HashMap<>();
            mautic.contactsWithIds(contactIds.values()).forEach(contact -> contacts.put(contact.id(), contact));
            contactIds.forEach((customer, contactId) -> {
                Contact contact = contacts.get(contactId);
                Write write = writes.get(customer);
                if (contact == null) {
                    gone.put(customer, contactId);
                } else if (write != null
                        && !write.fields().optedOut()
                        && contact.doNotContact().stream()
                                .anyMatch(entry -> entry.channel().equals("email"))) {
                    optedOut.put(customer, contactId);
                }
            });
        }

        private void measure(Write write) {
            write.fields().values().forEach((alias, value) -> {
                if (value instanceof String text && text.codePointCount(0, text.length()) > USUAL_LENGTH) {
                    lengths.merge(alias, 1, Integer::sum);
                }
            });
        }
    }
}
