package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.ledger.CrmConsent;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.CustomerIdType;
import app.gigpigs.mauticsync.crm.EmailSql;
import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The CRM's customers: who a contact is, and the two things that Mautic's events change about them. An address is the
 * same in any case and with any blanks around it.
 */
final class CustomerFinder {
    private final CrmNames names;
    private final CustomerEmails addresses;
    private final int bouncesUntilInvalid;

    /** @param bouncesUntilInvalid at this many bounces an address is flagged as not to be mailed */
    CustomerFinder(CrmNames names, int bouncesUntilInvalid) {
        this.names = names;
        this.addresses = new CustomerEmails(names);
        this.bouncesUntilInvalid = bouncesUntilInvalid;
    }

    /** By the contact's id, then by the id that the sync wrote into the contact, then by an address that only one has. */
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
        List<CustomerId> holders = holders(handle, contact.email());
        return holders.size() == 1 ? Optional.of(holders.get(0)) : Optional.empty();
    }

    /** The same for many; who is not found is left out. */
    Map<ContactRef, CustomerId> findAll(Handle handle, Collection<ContactRef> contacts) {
        List<ContactRef> refs = contacts.stream().distinct().toList();
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

    private record Numbered(int number, @Nullable CustomerId customer) {}

    /** Of addresses that only one customer has. */
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

    private static String address(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    /** Those of these contacts that are linked to a customer. */
    Set<Long> linked(Handle handle, Collection<Long> contacts) {
        return handle.createQuery(
                        "select mautic_contact_id from public.mautic_sync_status where mautic_contact_id = any(:contacts)")
                .bindArray("contacts", Long.class, contacts.toArray())
                .mapTo(Long.class)
                .set();
    }

    /** All customers with this address, in the table of addresses or in the view. */
    List<CustomerId> holders(Handle handle, String email) {
        return handle.createQuery("select holder.customer_id from (" + addresses(handle) + """
                        ) holder where holder.address = :address order by 1
                        """)
                .bind("address", address(email))
                .mapTo(CustomerId.class)
                .list();
    }

    /** A query of customer_id and address, without repetitions; fit to be joined with. */
    String addresses(Handle handle) {
        return addresses.sql(handle);
    }

    /** Takes back the consent to marketing; refused when the CRM refuses it for one of them. */
    EffectResult optOut(Handle handle, Collection<CustomerId> customers) {
        return new CrmConsent(names).record(handle, customers).rejected().isEmpty()
                ? EffectResult.GIVEN
                : EffectResult.REJECTED;
    }

    /** Counts bounces of an address, wherever it stands in the table of addresses. */
    EffectResult countBounces(Handle handle, String email, int bounces) {
        if (!addresses.inTable(handle)) {
            return EffectResult.NOBODY;
        }
        AtomicInteger counted = new AtomicInteger();
        if (RowRejection.attempt(handle, () -> counted.set(writeBounces(handle, email, bounces)))
                .isPresent()) {
            return EffectResult.REJECTED;
        }
        return counted.get() > 0 ? EffectResult.GIVEN : EffectResult.NOBODY;
    }

    private int writeBounces(Handle handle, String email, int bounces) {
        String counter = ColumnName.quoted(names.emails().bounces());
        String valid = ColumnName.quoted(names.emails().valid());
        return handle.createUpdate("""
                        update %s e set %s = coalesce(e.%s, 0) + :bounces,
                               %s = case when coalesce(e.%s, 0) + :bounces >= :limit then false else e.%s end
                         where %s = :address
                        """.formatted(
                        names.emails().table().sql(),
                        counter,
                        counter,
                        valid,
                        counter,
                        valid,
                        EmailSql.same("e." + ColumnName.quoted(names.emails().email()))))
                .bind("bounces", bounces)
                .bind("limit", bouncesUntilInvalid)
                .bind("address", address(email))
                .execute();
    }

    /** The address that a customer's mails go to; null when it has none. */
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
