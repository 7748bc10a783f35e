package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Finds all customers and contacts of an address: in the CRM, in our tables and in Mautic. Reads only. */
final class PersonFinder {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final CrmNames names;

    PersonFinder(Jdbi jdbi, Mautic mautic, CrmNames names) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.names = names;
    }

    PersonIdentifiers find(String email) {
        String address = EmailAddress.normal(email);
        Set<CustomerId> customers = new HashSet<>();
        Set<Long> contacts = new HashSet<>();
        jdbi.useHandle(handle -> {
            customers.addAll(
                    new CustomerEmails(names).holders(handle, Set.of(address)).getOrDefault(address, Set.of()));
            contacts.addAll(storedContacts(handle, address, customers));
        });
        mautic.contacts().withEmails(List.of(address)).stream()
                .filter(contact -> hasAddress(contact, address))
                .forEach(contact -> {
                    contacts.add(contact.id());
                    deletedCustomer(contact).ifPresent(customers::add);
                });
        List<String> ids = customers.stream().map(CustomerId::value).toList();
        mautic.contacts().withValues(FieldMap.SUPABASE_ID, ids).stream()
                .map(Contact::id)
                .forEach(contacts::add);
        return new PersonIdentifiers(address, customers, contacts);
    }

    /** Mautic's database compares without accents: a search for josé also finds jose, who is a different person. */
    private static boolean hasAddress(Contact contact, String address) {
        String email = contact.email();
        return email != null && EmailAddress.normal(email).equals(address);
    }

    /** The customer of a contact with this address, if the CRM has deleted that customer; one it still has is not ours. */
    private Optional<CustomerId> deletedCustomer(Contact contact) {
        String id = contact.text(FieldMap.SUPABASE_ID);
        if (id == null || !id.strip().matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            return Optional.empty();
        }
        CustomerId customer = CustomerId.parse(id.strip());
        boolean present = jdbi.withHandle(
                handle -> handle.createQuery("select exists (select from <profiles> p where p.<id> = :customer)")
                        .define("profiles", names.profiles().table().sql())
                        .define("id", ColumnName.quoted(names.profiles().id()))
                        .bind("customer", customer)
                        .mapTo(Boolean.class)
                        .one());
        return present ? Optional.empty() : Optional.of(customer);
    }

    private static List<Long> storedContacts(Handle handle, String address, Set<CustomerId> customers) {
        return handle.createQuery("""
                        select st.mautic_contact_id::bigint from public.mautic_sync_status st
                         where st.mautic_contact_id is not null
                           and (st.customer_id = any(:customers) or <synced> = :email)
                        union
                        select t.mautic_contact_id::bigint from mautic_sync.deleted_customer t
                         where t.mautic_contact_id is not null and t.customer_id = any(:customers)
                        union
                        select g.mautic_contact_id from mautic_sync.pending_event u
                          join public.customer_email_engagement g on g.id = u.event_id
                         where g.mautic_contact_id is not null and g.instance = mautic_sync.current_instance()
                           and (<pending> = :email or u.customer_ref = any(cast(:customers as text[])))
                        """)
                .define("synced", EmailAddress.sql("st.synced_email"))
                .define("pending", EmailAddress.sql("u.email"))
                .bindArray("customers", CustomerId.class, customers.toArray())
                .bind("email", address)
                .mapTo(Long.class)
                .list();
    }
}
