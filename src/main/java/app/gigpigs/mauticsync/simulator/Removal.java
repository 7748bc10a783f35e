package app.gigpigs.mauticsync.simulator;

/** Deletes contacts with what the database deletes beside them; what was sent to them stays, without their id. */
record Removal(ContactStore contacts, SegmentStore segments, StatsTables tables, ConsentChanges consent) {
    void delete(StoredContact contact) {
        contacts.delete(contact.id);
        segments.forget(contact.id);
        consent.entries().forget(contact.id);
        // lead_devices goes with the contact, and the opens with that
        tables.opens.removeIf(open -> open.stat().recipient.contactId() == contact.id);
        consent.announcer().deleted(contact);
    }
}
