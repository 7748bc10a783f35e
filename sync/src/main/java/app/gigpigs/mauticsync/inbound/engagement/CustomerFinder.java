package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.CustomerIdType;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Finds the CRM's customers that an event is about. Addresses are compared without regard to case and to blanks around
 * them.
 */
final class CustomerFinder {
    private final CrmNames names;
    private final CustomerEmails addresses;

    CustomerFinder(CrmNames names) {
        this.names = names;
        this.addresses = new CustomerEmails(names);
    }

    /**
     * The customer of a contact: by the contact's id, then by the customer's id that the sync wrote into the contact, then
     * by the address, if only one customer has it.
     */
    Optional<CustomerId> find(Handle handle, ContactRef contact) {
        Optional<CustomerId> linked = handle.createQuery("""
                        select coalesce(
                          (select st.customer_id from public.mautic_sync_status st
                            where st.mautic_contact_id = cast(:contact as bigint) order by st.customer_id limit 1),
                          (select p.%s from %s p where p.%s = cast(:supabase as uuid)))
                        """.formatted(profileId(), profiles(), profileId()))
                .bind("contact", contact.id() == null ? null : contact.id().toString())
                .bind(
                        "supabase",
                        contact.supabaseId() == null
                                ? null
                                : contact.supabaseId().toString())
                .mapTo(CustomerId.class)
                .findOne();
        if (linked.isPresent() || contact.email() == null) {
            return linked;
        }
        List<CustomerId> customers = withAddress(handle, contact.email());
        return customers.size() == 1 ? Optional.of(customers.get(0)) : Optional.empty();
    }

    /** The same for many contacts. Contacts without a customer are left out. */
    Map<ContactRef, CustomerId> findAll(Handle handle, Collection<ContactRef> contacts) {
        List<ContactRef> refs = contacts.stream().distinct().toList();
        Map<ContactRef, CustomerId> found = findByIds(handle, refs);
        Map<String, CustomerId> owners = owners(
                handle, refs.stream().filter(ref -> !found.containsKey(ref)).toList());
        for (ContactRef ref : refs) {
            CustomerId owner = ref.email() == null ? null : owners.get(address(ref.email()));
            if (owner != null) {
                found.putIfAbsent(ref, owner);
            }
        }
        return found;
    }

    private Map<ContactRef, CustomerId> findByIds(Handle handle, List<ContactRef> refs) {
        Map<ContactRef, CustomerId> found = new HashMap<>();
        handle.createQuery("""
                        select given.number, coalesce(
                                 (select st.customer_id from public.mautic_sync_status st
                                   where st.mautic_contact_id = given.contact order by st.customer_id limit 1),
                                 p.%s) as customer
                          from unnest(cast(:contacts as bigint[]), cast(:supabase as uuid[])) with ordinality
                            as given (contact, supabase, number)
                          left join %s p on p.%s = given.supabase
                        """.formatted(profileId(), profiles(), profileId()))
                .bindArray(
                        "contacts",
                        Long.class,
                        refs.stream().map(ContactRef::id).toArray())
                .bindArray(
                        "supabase",
                        CustomerId.class,
                        refs.stream().map(ContactRef::supabaseId).toArray())
                .map((row, context) ->
                        new Numbered(row.getInt("number"), CustomerIdType.orNull(row.getString("customer"))))
                .forEach(row -> {
                    if (row.customer() != null) {
                        found.put(refs.get(row.number() - 1), row.customer());
                    }
                });
        return found;
    }

    private record Numbered(int number, @Nullable CustomerId customer) {}

    /** The customers of those addresses that only one customer has. */
    private Map<String, CustomerId> owners(Handle handle, List<ContactRef> contacts) {
        List<String> asked = contacts.stream()
                .map(ContactRef::email)
                .filter(Objects::nonNull)
                .map(CustomerFinder::address)
                .distinct()
                .toList();
        Map<String, CustomerId> owners = new HashMap<>();
        if (!asked.isEmpty()) {
            handle.createQuery("select holder.address, min(holder.customer_id::text)::uuid as customer from ("
                            + addresses(handle) + """
                            ) holder where holder.address = any(:addresses)
                             group by holder.address having count(*) = 1
                            """)
                    .bindArray("addresses", String.class, asked.toArray())
                    .map((row, context) ->
                            Map.entry(row.getString("address"), new CustomerId(row.getString("customer"))))
                    .forEach(row -> owners.put(row.getKey(), row.getValue()));
        }
        return owners;
    }

    static String address(String email) {
        return EmailAddress.normal(email);
    }

    /** The customer whose contact this is, by what was sent. */
    Optional<CustomerId> linkedTo(Handle handle, long contact) {
        return handle.createQuery("""
                        select customer_id from public.mautic_sync_status
                         where mautic_contact_id = cast(:contact as bigint) order by customer_id limit 1
                        """)
                .bind("contact", contact)
                .mapTo(CustomerId.class)
                .findOne();
    }

    /**
     * Whether an event's contact has the id of a customer's contact, and is somebody else: it has neither the customer's
     * supabase_id, which the sync writes into each of its contacts, nor an address that the customer has or was sent.
     */
    boolean contradicts(Handle handle, ContactRef contact) {
        if (contact.id() == null || contact.email() == null || contact.supabaseId() != null) {
            return false;
        }
        return handle.createQuery("""
                        select exists (
                          select from public.mautic_sync_status st
                           where st.mautic_contact_id = cast(:contact as bigint) and <synced> <> :address
                             and not exists (select from (<holders>) h
                                              where h.customer_id = st.customer_id and h.address = :address))
                        """)
                .define("synced", EmailAddress.sql("st.synced_email"))
                .define("holders", addresses(handle))
                .bind("contact", contact.id())
                .bind("address", address(contact.email()))
                .mapTo(Boolean.class)
                .one();
    }

    /** The address that a contact was sent last. */
    Optional<String> sentTo(Handle handle, @Nullable Long contact) {
        return contact == null
                ? Optional.empty()
                : handle.createQuery("""
                        select <synced> from public.mautic_sync_status st
                         where st.mautic_contact_id = cast(:contact as bigint) and st.synced_email is not null limit 1
                        """)
                        .define("synced", EmailAddress.sql("st.synced_email"))
                        .bind("contact", contact)
                        .mapTo(String.class)
                        .findOne();
    }

    /** The customer of a contact that was sent another address last than it has now. */
    Optional<CustomerId> sentAnother(Handle handle, ContactRef contact) {
        return contact.id() == null || contact.email() == null
                ? Optional.empty()
                : handle.createQuery("""
                        select st.customer_id from public.mautic_sync_status st
                         where st.mautic_contact_id = cast(:contact as bigint) and st.state = 'synced'
                           and st.in_flight_until is null and <synced> <> :address
                        """)
                        .define("synced", EmailAddress.sql("st.synced_email"))
                        .bind("contact", contact.id())
                        .bind("address", address(contact.email()))
                        .mapTo(CustomerId.class)
                        .findFirst();
    }

    /** Which of these contacts are linked to a customer. */
    Set<Long> linked(Handle handle, Collection<Long> contacts) {
        return handle.createQuery(
                        "select mautic_contact_id from public.mautic_sync_status where mautic_contact_id = any(:contacts)")
                .bindArray("contacts", Long.class, contacts.toArray())
                .mapTo(Long.class)
                .set();
    }

    /** All customers with this address, in the table of addresses or in the view. */
    List<CustomerId> withAddress(Handle handle, String email) {
        return handle.createQuery("select holder.customer_id from (" + addresses(handle) + """
                        ) holder where holder.address = :address order by 1
                        """)
                .bind("address", address(email))
                .mapTo(CustomerId.class)
                .list();
    }

    /** A query for (customer_id, address) without duplicates, to be used as a subquery. */
    String addresses(Handle handle) {
        return addresses.sql(handle);
    }

    /** The address that the customer is mailed at; null when there is none. */
    @Nullable
    String addressOf(Handle handle, CustomerId customer) {
        return handle.createQuery("select v.<email> from <view> v where v.<id> = :id limit 1")
                .define("email", ColumnName.quoted(names.person().email()))
                .define("view", names.view().sql())
                .define("id", ColumnName.quoted(names.person().id()))
                .bind("id", customer)
                .map((row, context) -> row.getString(1))
                .findOne()
                .orElse(null);
    }

    String profiles() {
        return names.profiles().table().sql();
    }

    String profileId() {
        return ColumnName.quoted(names.profiles().id());
    }
}
