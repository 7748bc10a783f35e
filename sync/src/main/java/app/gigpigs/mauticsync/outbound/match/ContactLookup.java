package app.gigpigs.mauticsync.outbound.match;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Looks up a batch's e-mail addresses and ids in Mautic, and in the CRM which customers those contacts belong to. */
public final class ContactLookup {
    private final Mautic mautic;
    private final Jdbi jdbi;
    private final Mapping mapping;

    public ContactLookup(Mautic mautic, Jdbi jdbi, Mapping mapping) {
        this.mautic = mautic;
        this.jdbi = jdbi;
        this.mapping = mapping;
    }

    /** Decides for each write, as if it had no other contact than the one it is linked to. */
    public Map<ContactWrite, Match> match(Collection<ContactWrite> writes) {
        return match(writes, find(writes));
    }

    /** The contacts that have the address or the id of one of these. */
    public Collection<Contact> find(Collection<ContactWrite> writes) {
        Map<Long, Contact> found = new LinkedHashMap<>();
        if (writes.isEmpty()) {
            return found.values();
        }
        mautic.contacts()
                .withEmails(writes.stream().map(write -> write.fields().email()).toList())
                .forEach(contact -> found.put(contact.id(), contact));
        mautic.contacts()
                .withValues(
                        FieldMap.SUPABASE_ID,
                        writes.stream()
                                .map(write -> write.customer().toString())
                                .toList())
                .forEach(contact -> found.put(contact.id(), contact));
        return found.values();
    }

    /** Decides for each write by the contacts that were found for all of them. */
    public Map<ContactWrite, Match> match(Collection<ContactWrite> writes, Collection<Contact> found) {
        Match.Owners owners = owners(found);
        Map<String, List<Contact>> byEmail = found.stream()
                .filter(contact -> contact.email() != null)
                .collect(Collectors.groupingBy(contact -> EmailAddress.normal(String.valueOf(contact.email()))));
        Map<CustomerId, List<Contact>> byOwner = new HashMap<>();
        found.forEach(contact -> {
            CustomerId owner = owners.ownerOf(contact);
            if (owner != null) {
                byOwner.computeIfAbsent(owner, first -> new ArrayList<>()).add(contact);
            }
        });
        Map<ContactWrite, Match> matches = new LinkedHashMap<>();
        for (ContactWrite write : writes) {
            matches.put(
                    write,
                    Match.of(write.customer(), write.fields().email(), candidates(write, byEmail, byOwner), owners));
        }
        return matches;
    }

    private static List<Contact> candidates(
            ContactWrite write, Map<String, List<Contact>> byEmail, Map<CustomerId, List<Contact>> byOwner) {
        Map<Long, Contact> candidates = new LinkedHashMap<>();
        byEmail.getOrDefault(EmailAddress.normal(write.fields().email()), List.of())
                .forEach(contact -> candidates.put(contact.id(), contact));
        byOwner.getOrDefault(write.customer(), List.of()).forEach(contact -> candidates.put(contact.id(), contact));
        return List.copyOf(candidates.values());
    }

    private Match.Owners owners(Collection<Contact> contacts) {
        if (contacts.isEmpty()) {
            return new Match.Owners(Set.of(), Map.of(), Map.of());
        }
        return jdbi.withHandle(handle -> {
            Map<Long, CustomerId> linked = linked(handle, contacts);
            CustomerId[] customers = java.util.stream.Stream.concat(
                            linked.values().stream(),
                            contacts.stream().map(Match.Owners::customerId).flatMap(java.util.Optional::stream))
                    .distinct()
                    .toArray(CustomerId[]::new);
            Map<CustomerId, String> emails = new HashMap<>();
            Set<CustomerId> alive = new java.util.HashSet<>();
            handle.createQuery(emailsSql())
                    .bind("ids", customers)
                    .map((row, context) -> {
                        CustomerId id = new CustomerId(row.getString("id"));
                        String email = row.getString("email");
                        if (email != null) {
                            emails.put(id, email);
                        }
                        return id;
                    })
                    .forEach(alive::add);
            return new Match.Owners(alive, linked, emails);
        });
    }

    private static Map<Long, CustomerId> linked(Handle handle, Collection<Contact> contacts) {
        return handle.createQuery("""
                        select mautic_contact_id, customer_id from public.mautic_sync_status
                         where mautic_contact_id = any(cast(:contacts as int[]))
                         order by last_synced_at
                        """)
                .bind(
                        "contacts",
                        contacts.stream()
                                .map(contact -> String.valueOf(contact.id()))
                                .toArray(String[]::new))
                .map((row, context) ->
                        Map.entry(row.getLong("mautic_contact_id"), new CustomerId(row.getString("customer_id"))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (older, newer) -> newer));
    }

    private String emailsSql() {
        CrmNames crm = mapping.crm();
        return """
                select p.%1$s as id, %2$s as email
                  from %3$s p
                  left join %4$s v on v.%5$s = p.%1$s
                 where p.%1$s = any(:ids)
                """.formatted(
                ColumnName.quoted(crm.profiles().id()),
                EmailAddress.sql("v." + ColumnName.quoted(mapping.fields().column("email"))),
                crm.profiles().table().sql(),
                crm.view().sql(),
                ColumnName.quoted(mapping.fields().column(FieldMap.SUPABASE_ID)));
    }
}
