package app.gigpigs.mauticsync.outbound.match;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which contact of Mautic a customer without a link belongs to. Pure.
 *
 * <p>Mautic itself would match on e-mail or supabase_id and overwrite any contact it finds, also another customer's
 * (seen on 5.1.0 with batch/new). So contacts are looked up first, and matched only when they belong to no customer.
 */
public sealed interface Match {
    /** No contact has the e-mail address or the id: create one. */
    record None() implements Match {}

    /** This contact is the customer's. */
    record Found(long contactId, ContactWrite.Origin origin) implements Match {
        /** Why a customer that is linked to another contact does not get this one. */
        public Failure besides(ContactWrite linked) {
            return new Failure(
                    ErrorCode.DUPLICATE_CONTACTS,
                    "contact " + contactId
                            + " has this customer's e-mail address or supabase_id, while the customer is contact "
                            + linked.contactId() + ": merge the two in Mautic");
        }
    }

    /**
     * The address is already used by a contact that may not be matched.
     *
     * @param holders the contacts that use the e-mail address
     * @param releasable the contact whose address can be released, because its customer no longer has it in the CRM
     */
    record Conflict(Set<Long> holders, Failure failure, Optional<Releasable> releasable) implements Match {
        public Conflict {
            holders = Set.copyOf(holders);
        }
    }

    /**
     * A contact whose address can be released.
     *
     * @param owner its customer
     * @param address the one that it has
     * @param fields to be blanked: the address, and after a merge the supabase_id, by which Mautic would match again
     */
    record Releasable(long contact, CustomerId owner, String address, List<String> fields) {
        public Releasable {
            fields = List.copyOf(fields);
        }
    }

    /**
     * Decides for one customer.
     *
     * @param email the address it should have
     * @param found the contacts with that address or that supabase_id, its own linked contact left out
     * @param owners which customers the found contacts belong to
     */
    static Match of(CustomerId customer, String email, List<Contact> found, Owners owners) {
        List<Contact> own = found.stream()
                .filter(contact -> customer.equals(owners.ownerOf(contact)))
                .toList();
        List<Contact> byEmail = found.stream()
                .filter(contact -> contact.email() != null
                        && EmailAddress.normal(email).equals(EmailAddress.normal(contact.email())))
                .toList();
        if (own.size() > 1) {
            return conflict(
                    byEmail, "contacts " + ids(own) + " all have this customer's supabase_id: merge them in Mautic");
        }
        if (byEmail.size() > 1) {
            // Neither of two contacts with one address can be edited any more (seen on 5.1.0: 422 for both).
            return conflict(byEmail, "contacts " + ids(byEmail) + " share this e-mail address: merge them in Mautic");
        }
        if (byEmail.isEmpty()) {
            return own.isEmpty() ? new None() : new Found(own.get(0).id(), ContactWrite.Origin.FOUND);
        }
        return single(customer, byEmail.get(0), own, owners);
    }

    private static Match single(CustomerId customer, Contact holder, List<Contact> own, Owners owners) {
        if (own.contains(holder)) {
            return new Found(holder.id(), ContactWrite.Origin.FOUND);
        }
        CustomerId owner = owners.ownerOf(holder);
        if (owner != null) {
            return new Conflict(
                    Set.of(holder.id()),
                    new Failure(
                            ErrorCode.ADDRESS_TAKEN,
                            "the e-mail address is already used by contact " + holder.id()
                                    + ", which belongs to customer " + owner),
                    owners.released(owner, holder)
                            ? Optional.of(new Releasable(
                                    holder.id(), owner, String.valueOf(holder.email()), fields(customer, holder)))
                            : Optional.empty());
        }
        if (own.isEmpty()) {
            return new Found(holder.id(), ContactWrite.Origin.MATCHED);
        }
        return conflict(
                List.of(holder),
                "the e-mail address is already used by contact " + holder.id() + ", while this customer is contact "
                        + own.get(0).id() + ": merge the two in Mautic");
    }

    private static List<String> fields(CustomerId customer, Contact holder) {
        return Owners.customerId(holder).filter(customer::equals).isPresent()
                ? List.of("email", FieldMap.SUPABASE_ID)
                : List.of("email");
    }

    private static Match conflict(List<Contact> holders, String message) {
        return new Conflict(
                holders.stream().map(Contact::id).collect(Collectors.toSet()),
                new Failure(ErrorCode.DUPLICATE_CONTACTS, message),
                Optional.empty());
    }

    private static List<Long> ids(List<Contact> contacts) {
        List<Long> ids = new ArrayList<>(contacts.stream().map(Contact::id).toList());
        ids.sort(null);
        return ids;
    }

    /**
     * Which customers contacts belong to, according to the CRM.
     *
     * @param alive customers that the CRM still has
     * @param linked contact id to the customer that is linked to it
     * @param emails the address that a customer has in the CRM now, in lower case; absent when it has none
     */
    record Owners(Set<CustomerId> alive, Map<Long, CustomerId> linked, Map<CustomerId, String> emails) {
        public Owners {
            alive = Set.copyOf(alive);
            linked = Map.copyOf(linked);
            emails = Map.copyOf(emails);
        }

        /** The customer that a contact belongs to and that the CRM still has; null when there is none. */
        @org.jspecify.annotations.Nullable
        CustomerId ownerOf(Contact contact) {
            CustomerId byLink = linked.get(contact.id());
            if (byLink != null) {
                return byLink;
            }
            return customerId(contact).filter(alive::contains).orElse(null);
        }

        /** Whether the owner is linked to this contact and has another address, or none, in the CRM. */
        boolean released(CustomerId owner, Contact contact) {
            String conflict = EmailAddress.normal(String.valueOf(contact.email()));
            return owner.equals(linked.get(contact.id())) && !conflict.equals(emails.get(owner));
        }

        public static Optional<CustomerId> customerId(Contact contact) {
            try {
                String text = contact.text(FieldMap.SUPABASE_ID);
                return text == null || text.isBlank() ? Optional.empty() : Optional.of(CustomerId.parse(text.strip()));
            } catch (IllegalArgumentException notOurs) {
                return Optional.empty();
            }
        }
    }
}
