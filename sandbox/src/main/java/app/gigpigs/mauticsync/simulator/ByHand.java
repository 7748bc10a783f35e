package app.gigpigs.mauticsync.simulator;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Mautic's users do to contacts in its pages, and what visitors do with its forms. */
record ByHand(ContactStore contacts, ConsentChanges consent, Merger merger) {
    /** A new contact; rejected when another one has the address. */
    long create(Map<String, String> values) {
        if (!contacts.with("email", values.get("email")).isEmpty()) {
            throw new IllegalArgumentException("This field must be unique.");
        }
        StoredContact contact = contacts.create(null);
        contact.put("points", BigDecimal.ZERO);
        values.forEach(contact::put);
        contact.modified(consent.time().now(), ConsentChanges.USER);
        contacts.insert(contact);
        consent.announcer().created(contact);
        return contact.id;
    }

    /** Webhooks show a changed contact with its values from before (seen). Returns the contact's id. */
    long importRow(Map<String, String> row) {
        List<StoredContact> known = contacts.with("email", row.get("email"));
        if (known.isEmpty()) {
            StoredContact contact = contacts.create(ConsentChanges.USER);
            contact.put("points", BigDecimal.ZERO);
            row.forEach(contact::put);
            contacts.insert(contact);
            consent.announcer().created(contact);
            return contact.id;
        }
        StoredContact contact = known.get(0);
        Map<String, @Nullable Object> before = contact.values();
        boolean changed = false;
        for (Map.Entry<String, String> value : row.entrySet()) {
            changed |= contacts.set(contact, value.getKey(), value.getValue());
        }
        if (changed) {
            contact.modified(consent.time().now(), ConsentChanges.USER);
            consent.announcer().updated(contact.with(before));
        }
        return contact.id;
    }

    /** Whether the page saved it: an address that another contact has is rejected (seen). */
    boolean edit(StoredContact contact, String alias, String value) {
        if (alias.equals("email") && contacts.with("email", value).stream().anyMatch(other -> other.id != contact.id)) {
            return false;
        }
        if (contacts.set(contact, alias, value)) {
            consent.announce(contact, List.of(), ConsentChanges.USER);
        }
        return true;
    }

    /**
     * A visitor whom Mautic does not know in this browser submits a form. Mautic first makes a contact of the visitor;
     * the contact that has the address already is merged into that new contact, and so loses id and do-not-contact (seen).
     */
    long submitForm(String email, Map<String, String> others) {
        StoredContact visitor = contacts.create(null);
        visitor.put("points", BigDecimal.ZERO);
        visitor.clicked();
        visitor.modified(consent.time().now(), ConsentChanges.PERSON);
        StoredContact known = contacts.with("email", email).stream()
                .min(Comparator.comparingLong(contact -> contact.id))
                .orElse(null);
        if (known == null) {
            visitor.put("email", email);
            others.forEach(visitor::put);
            contacts.insert(visitor);
            active(visitor);
            consent.announcer().identified(visitor);
            return visitor.id;
        }
        visitor.identified(null);
        contacts.insert(visitor);
        StoredContact early = visitor.with(visitor.values());
        merger.merge(known, visitor, ConsentChanges.PERSON);
        contacts.set(visitor, "email", email);
        others.forEach((alias, value) -> {
            contacts.set(visitor, alias, value);
            early.put(alias, value);
        });
        active(visitor);
        consent.announcer().updatedAfterIdentified(visitor.with(early.values()));
        return visitor.id;
    }

    private void active(StoredContact visitor) {
        visitor.active(consent.time().now());
        visitor.modified(consent.time().now(), ConsentChanges.PERSON);
    }
}
