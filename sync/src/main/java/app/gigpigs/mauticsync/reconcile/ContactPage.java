package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What Mautic holds for one page of linked customers.
 *
 * @param contacts contact id to contact
 * @param byEmail address in lower case to the contacts that have it
 * @param foundInstead customers whose contact was deleted, and which contact is theirs now
 * @param mergedInto opted-out customers whose contact was deleted, and the mailable contact that has their id
 */
record ContactPage(
        Map<Long, Contact> contacts,
        Map<String, List<Long>> byEmail,
        Map<CustomerId, Match> foundInstead,
        Map<CustomerId, Contact> mergedInto) {

    static ContactPage read(Mautic mautic, ContactLookup lookup, List<ExpectedContacts.Linked> page) {
        Map<Long, Contact> contacts = contacts(mautic, page);
        Map<String, List<Long>> byEmail = contacts.values().stream()
                .filter(contact -> contact.email() != null)
                .collect(Collectors.groupingBy(
                        contact -> String.valueOf(contact.email()).toLowerCase(Locale.ROOT),
                        Collectors.mapping(Contact::id, Collectors.toList())));
        return new ContactPage(
                contacts, byEmail, foundInstead(lookup, page, contacts), mergedInto(mautic, page, contacts));
    }

    /** The contacts that have a customer's address. */
    List<Long> holders(@Nullable String email) {
        return byEmail.getOrDefault(String.valueOf(email).toLowerCase(Locale.ROOT), List.of());
    }

    private static Map<Long, Contact> contacts(Mautic mautic, List<ExpectedContacts.Linked> page) {
        List<String> emails = page.stream()
                .map(one -> one.row().email())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        Map<Long, Contact> contacts = new LinkedHashMap<>();
        mautic.contacts().withEmails(emails).forEach(contact -> contacts.put(contact.id(), contact));
        // Most contacts were found by their address. The others have another one in Mautic, or were deleted.
        mautic.contacts()
                .withIds(page.stream()
                        .map(one -> one.row().contactId())
                        .filter(id -> !contacts.containsKey(id))
                        .toList())
                .forEach(contact -> contacts.put(contact.id(), contact));
        return contacts;
    }

    private static Map<CustomerId, Match> foundInstead(
            ContactLookup lookup, List<ExpectedContacts.Linked> page, Map<Long, Contact> contacts) {
        List<ContactWrite> missing = page.stream()
                .filter(one -> !contacts.containsKey(one.row().contactId()))
                .map(ExpectedContacts.Linked::write)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        Map<CustomerId, Match> found = new HashMap<>();
        lookup.match(missing).forEach((write, match) -> found.put(write.customer(), match));
        return found;
    }

    /** An opt-out whose contact was merged into another must reach that one, whether the customer changed or not. */
    private static Map<CustomerId, Contact> mergedInto(
            Mautic mautic, List<ExpectedContacts.Linked> page, Map<Long, Contact> contacts) {
        Set<CustomerId> missing = page.stream()
                .filter(one -> !one.consent().mailable()
                        && !contacts.containsKey(one.row().contactId()))
                .map(one -> one.row().customer())
                .collect(Collectors.toSet());
        Map<CustomerId, Contact> mergedInto = new HashMap<>();
        mautic
                .contacts()
                .withValues(
                        FieldMap.SUPABASE_ID,
                        missing.stream().map(CustomerId::value).toList())
                .stream()
                .filter(Contact::mailable)
                .forEach(contact -> Match.Owners.customerId(contact)
                        .filter(missing::contains)
                        .ifPresent(customer -> mergedInto.put(customer, contact)));
        return mergedInto;
    }
}
