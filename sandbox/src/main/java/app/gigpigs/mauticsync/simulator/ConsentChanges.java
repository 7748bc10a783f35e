package app.gigpigs.mauticsync.simulator;

import java.util.List;
import java.util.Optional;

/** Changes of contacts and of their consent, with the webhooks that Mautic sends for them. */
record ConsentChanges(DoNotContacts entries, Announcer announcer, Time time, MauticVersion version) {
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

    /** The API's call. Returns the contact as the webhooks show it, with the new entry even when the old one is kept. */
    StoredContact set(StoredContact contact, DoNotContacts.Reason reason) {
        Optional<DoNotContacts.Change> change = entries.set(contact, reason);
        if (change.isEmpty()) {
            untouched(contact, API);
            return contact;
        }
        return announce(contact, List.of(reason), List.of(change.get()), API);
    }

    /** A change that changed nothing. */
    void untouched(StoredContact contact, String by) {
        if (version.tellsUnchanged()) {
            contact.modified(time.now(), by);
            announcer.updated(contact);
        }
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
        announce(contact, List.of(), changes, by);
    }

    /** The same, with the entries that were sent, stored or not. Returns the contact as it was shown. */
    StoredContact announce(
            StoredContact contact, List<DoNotContacts.Reason> sent, List<DoNotContacts.Change> changes, String by) {
        contact.modified(time.now(), by);
        StoredContact shown = contact;
        for (DoNotContacts.Reason reason : sent) {
            shown = DoNotContacts.shown(shown, reason);
        }
        for (DoNotContacts.Change change : changes) {
            announcer.subscription(shown, change);
        }
        announcer.updated(shown);
        return shown;
    }
}
