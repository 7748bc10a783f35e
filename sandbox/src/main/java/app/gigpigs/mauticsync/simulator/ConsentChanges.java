package app.gigpigs.mauticsync.simulator;

import java.util.List;
import java.util.Optional;

/** Changes of contacts and of their consent, with the webhooks that Mautic sends for them. */
record ConsentChanges(DoNotContacts entries, Announcer announcer, Time time) {
    /** The author of changes by the API's client. */
    static final String API = "crm-sync [1]";

    /** The author of changes by the person through a link, or by the mailer (seen: a space). */
    static final String PERSON = " ";

    /** The author of changes in Mautic's pages. */
    static final String USER = "Mautic User";

    /** Adds an entry and announces it; does nothing when the channel already has one. */
    boolean add(StoredContact contact, DoNotContacts.Reason reason, String by) {
        return announced(contact, entries.add(contact, reason), by);
    }

    /** Removes the entry for e-mail and announces it. */
    boolean remove(StoredContact contact, String by) {
        return announced(contact, entries.remove(contact, "email"), by);
    }

    private boolean announced(StoredContact contact, Optional<DoNotContacts.Change> change, String by) {
        change.ifPresent(changed -> announce(contact, List.of(changed), by));
        return change.isPresent();
    }

    /** Announces that a contact changed: each status first, then the contact. */
    void announce(StoredContact contact, List<DoNotContacts.Change> changes, String by) {
        contact.modified(time.now(), by);
        changes.forEach(change -> announcer.subscription(contact, change));
        announcer.updated(contact);
    }
}
