package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Contacts in Mautic that share an e-mail address or a supabase_id. Mautic makes them by itself when two requests
 * create at once, and then rejects every change of any of them with a 422 (seen on 5.1.0).
 */
public final class DuplicateContacts {
    private static final int GROUPS_AT_ONCE = 50;

    private final Jdbi jdbi;
    private final Mautic mautic;

    /** Reads both sides, writes nothing. */
    public DuplicateContacts(Jdbi jdbi, Mautic mautic) {
        this.jdbi = jdbi;
        this.mautic = mautic;
    }

    /**
     * Goes through all contacts.
     *
     * @param each is called with every group that was found
     */
    public Report find(Consumer<Group> each) {
        DuplicateFinder emails = new DuplicateFinder();
        DuplicateFinder customers = new DuplicateFinder();
        int[] contacts = new int[1];
        mautic.contacts().forEach(contact -> {
            contacts[0]++;
            note(emails, contact, "email");
            note(customers, contact, FieldMap.SUPABASE_ID);
        });
        return new Report(
                contacts[0],
                confirmed("email", emails.repeated(), each),
                confirmed(FieldMap.SUPABASE_ID, customers.repeated(), each));
    }

    private static void note(DuplicateFinder hashes, Contact contact, String alias) {
        String value = value(contact, alias);
        if (value != null) {
            hashes.add(value, contact.id());
        }
    }

    private static @Nullable String value(Contact contact, String alias) {
        String text = contact.text(alias);
        return text == null || text.isBlank() ? null : text.strip().toLowerCase(Locale.ROOT);
    }

    /** Reads the suspects again: equal hashes are no proof, and they may have been merged since. */
    private int confirmed(String alias, Collection<List<Long>> suspects, Consumer<Group> each) {
        int groups = 0;
        List<List<Long>> all = List.copyOf(suspects);
        for (int from = 0; from < all.size(); from += GROUPS_AT_ONCE) {
            List<Long> ids = all.subList(from, Math.min(all.size(), from + GROUPS_AT_ONCE)).stream()
                    .flatMap(List::stream)
                    .toList();
            Map<String, List<Contact>> byValue = new TreeMap<>();
            for (Contact contact : mautic.contacts().withIds(ids)) {
                String value = value(contact, alias);
                if (value != null) {
                    byValue.computeIfAbsent(value, first -> new ArrayList<>()).add(contact);
                }
            }
            Map<Long, CustomerId> linked = linked(ids);
            for (List<Contact> same : byValue.values()) {
                if (same.size() > 1) {
                    groups++;
                    each.accept(group(alias, same, linked));
                }
            }
        }
        return groups;
    }

    private static Group group(String alias, List<Contact> same, Map<Long, CustomerId> linked) {
        return new Group(
                alias,
                same.stream()
                        .map(contact -> new Member(
                                contact.id(), value(contact, FieldMap.SUPABASE_ID), linked.get(contact.id())))
                        .toList());
    }

    private Map<Long, CustomerId> linked(List<Long> contacts) {
        Map<Long, CustomerId> linked = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select mautic_contact_id, customer_id from public.mautic_sync_status
                         where mautic_contact_id = any(cast(:contacts as int[]))
                        """)
                .bind("contacts", contacts.stream().map(String::valueOf).toArray(String[]::new))
                .map((row, context) ->
                        Map.entry(row.getLong("mautic_contact_id"), new CustomerId(row.getString("customer_id"))))
                .forEach(row -> linked.put(row.getKey(), row.getValue())));
        return linked;
    }

    /**
     * Contacts that share a value.
     *
     * @param alias the field they share: email or supabase_id
     */
    public record Group(String alias, List<Member> contacts) {
        public Group {
            contacts = List.copyOf(contacts);
        }

        /** The one to merge the others into: the linked one, else one with a supabase_id, else the oldest. */
        public long keep() {
            return contacts.stream()
                    .filter(one -> one.linkedTo() != null)
                    .findFirst()
                    .or(() -> contacts.stream()
                            .filter(one -> one.supabaseId() != null)
                            .findFirst())
                    .orElse(contacts.get(0))
                    .id();
        }
    }

    /**
     * One of them.
     *
     * @param supabaseId what Mautic holds, or null
     * @param linkedTo the customer that is linked to it, or null
     */
    public record Member(
            long id, @Nullable String supabaseId, @Nullable CustomerId linkedTo) {}

    /**
     * The result.
     *
     * @param contacts how many contacts Mautic has
     * @param emails groups that share an address
     * @param customers groups that share a supabase_id
     */
    public record Report(int contacts, int emails, int customers) {}
}
