package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The contacts of customers, by what was sent of them. Reads only. Thread-safe. */
public final class LinkedContacts {
    private final CrmNames names;
    private final AddressConsent consents;
    private final CustomerEmails emails;

    public LinkedContacts(CrmNames names, AddressConsent consents) {
        this.names = names;
        this.consents = consents;
        this.emails = new CustomerEmails(names);
    }

    /**
     * The contacts that were sent one of these addresses last, and those whose customer is about to get it: contact id to
     * address. A contact whose address was changed in Mautic is found only here.
     */
    Map<Long, String> of(Handle handle, Collection<String> addresses) {
        Map<CustomerId, String> holders = new HashMap<>();
        emails.mailedAt(handle, addresses)
                .forEach((address, customers) -> customers.forEach(customer -> holders.put(customer, address)));
        Map<Long, String> contacts = new LinkedHashMap<>();
        rows(handle, addresses, holders.keySet()).forEach(row -> {
            if (row.contact() != null) {
                contacts.put(
                        row.contact().longValue(),
                        row.address() != null && addresses.contains(row.address())
                                ? row.address()
                                : String.valueOf(holders.get(row.customer())));
            }
        });
        return contacts;
    }

    /**
     * Those of these customers whose contact must not be mailed: because of the address that it was sent last, or because
     * the customer opted out, whatever address the contact has by now.
     */
    public Map<CustomerId, Consent> unmailable(Handle handle, Collection<CustomerId> customers) {
        List<Row> rows = rows(handle, Set.of(), customers);
        Map<String, Consent> decided = consents.of(
                handle,
                rows.stream()
                        .flatMap(row -> Optional.ofNullable(row.address()).stream())
                        .toList());
        Map<CustomerId, Consent> unmailable = new HashMap<>();
        for (Row row : rows) {
            Consent consent =
                    row.address() == null ? Consent.MAILABLE : decided.getOrDefault(row.address(), Consent.MAILABLE);
            if (consent.mailable() && row.optedOut()) {
                consent = Consent.OPTED_OUT;
            }
            if (!consent.mailable()) {
                unmailable.put(row.customer(), consent);
            }
        }
        return unmailable;
    }

    /** The contacts of these customers, each with what was decided about its customer. */
    Map<Long, Consent> contacts(Handle handle, Map<CustomerId, Consent> unmailable) {
        Map<Long, Consent> contacts = new LinkedHashMap<>();
        for (Row row : rows(handle, Set.of(), unmailable.keySet())) {
            Consent consent = unmailable.get(row.customer());
            if (row.contact() != null && consent != null) {
                contacts.put(row.contact().longValue(), consent);
            }
        }
        return contacts;
    }

    /** The addresses that these customers have, by any table, and those that their contacts were sent last. */
    Set<String> addresses(Handle handle, Collection<CustomerId> customers) {
        List<String> addresses = new ArrayList<>(held(handle, customers));
        rows(handle, Set.of(), customers)
                .forEach(row -> Optional.ofNullable(row.address()).ifPresent(addresses::add));
        return addresses.stream().filter(address -> !address.isEmpty()).collect(Collectors.toSet());
    }

    /** The addresses that these customers have by now, by any table. */
    List<String> held(Handle handle, Collection<CustomerId> customers) {
        return handle.createQuery(
                        "select h.address from (" + emails.sql(handle) + ") h where h.customer_id = any(:customers)")
                .bind("customers", customers.toArray(CustomerId[]::new))
                .mapTo(String.class)
                .list();
    }

    /** Whose contact this is, by what was sent. */
    List<CustomerId> customersOf(Handle handle, long contact) {
        return handle.createQuery("""
                        select customer_id from public.mautic_sync_status
                         where mautic_contact_id = cast(:contact as bigint)
                        """)
                .bind("contact", contact)
                .mapTo(CustomerId.class)
                .list();
    }

    /** Those that were sent one of these addresses, and those of these customers. */
    private List<Row> rows(Handle handle, Collection<String> addresses, Collection<CustomerId> customers) {
        return handle.createQuery("""
                        select st.customer_id, st.mautic_contact_id, <synced> as address,
                               (select p.<opt_in> is false from <profiles> p where p.<id> = st.customer_id) as opted_out
                          from public.mautic_sync_status st
                         where <synced> = any(:addresses) or st.customer_id = any(:customers)
                        """)
                .define("synced", EmailAddress.sql("st.synced_email"))
                .define("profiles", names.profiles().table().sql())
                .define("id", ColumnName.quoted(names.profiles().id()))
                .define("opt_in", ColumnName.quoted(names.profiles().optIn()))
                .bind("addresses", addresses.toArray(String[]::new))
                .bind("customers", customers.toArray(CustomerId[]::new))
                .map((row, context) -> new Row(
                        new CustomerId(row.getString("customer_id")),
                        row.getObject("mautic_contact_id", Integer.class),
                        row.getString("address"),
                        row.getBoolean("opted_out")))
                .list();
    }

    private record Row(
            CustomerId customer,
            @Nullable Integer contact,
            @Nullable String address,
            boolean optedOut) {}
}
