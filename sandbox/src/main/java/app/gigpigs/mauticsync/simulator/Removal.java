package app.gigpigs.mauticsync.simulator;

/** Deletes contacts, and the rows that the database deletes with them; sent e-mails stay, without the id. */
record Removal(ContactStore contacts, SegmentStore segments, StatsTables tables, ConsentChanges consent) {
    void delete(StoredContact contact) {
        contacts.delete(contact.id);
        segments.forget(contact.id);
        consent.entries().forget(contact.id);
        // the database deletes lead_devices with the contact, and the opens with these
        tables.opens.removeIf(open -> contacts.find(open.stat().recipient.contactId()) == null);
        tables.deletions.add(new StatsTables.Deleted(
                tables.deletions.nextId(), contact.id, consent.time().now()));
        consent.announcer().deleted(contact);
    }
}
