package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventKeys;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Keys of do-not-contact entries are made of Mautic's ids. A Mautic that was restored from a backup issues the ids since
 * that backup again, for other people. Such an entry would be taken for known, and the opt-out would be lost. So an entry
 * whose key the CRM has for a different contact gets a key of its own that also names its contact. This applies the entry
 * again if it was only moved to a different contact (Mautic moves none when it merges contacts, as its source reads): one
 * opt-out too many is safer than one too few.
 */
public final class ReissuedKeys {
    /** The events, with a key of its own for each entry that needs one. */
    public List<Event.Recorded> own(Handle handle, Collection<Event.Recorded> events) {
        Map<String, Long> contacts = new HashMap<>();
        events.forEach(event -> {
            Long contact = event.details().contact().id();
            if (contact != null && EventKeys.isEntry(event.key())) {
                contacts.put(event.key(), contact);
            }
        });
        Map<String, String> own = own(handle, contacts);
        return events.stream()
                .map(event -> under(own.getOrDefault(event.key(), event.key()), event))
                .toList();
    }

    /**
     * The keys that these entries get instead. Entries that keep their key are left out.
     *
     * @param contacts the contact of each entry, by the entry's key
     */
    public Map<String, String> own(Handle handle, Map<String, Long> contacts) {
        Map<String, String> own = new HashMap<>();
        Set<String> reissued = contacts.isEmpty() ? Set.of() : reissued(handle, contacts);
        contacts.forEach((key, contact) -> {
            if (reissued.contains(key)) {
                own.put(key, withContact(key, contact));
            }
        });
        return own;
    }

    private static String withContact(String key, Long contact) {
        int reason = key.lastIndexOf(':');
        return key.substring(0, reason) + "-" + contact + key.substring(reason);
    }

    private static Set<String> reissued(Handle handle, Map<String, Long> contacts) {
        List<String> keys = List.copyOf(contacts.keySet());
        return handle.createQuery("""
                        with given as (
                          select * from unnest(cast(:keys as text[]), cast(:contacts as bigint[])) as g (key, contact)
                        )
                        select given.key from given
                          join public.customer_email_engagement g on g.event_key = given.key
                           and g.instance = mautic_sync.current_instance()
                         where g.mautic_contact_id <> given.contact
                         union
                        select given.key from given join mautic_sync.bounce_report l on l.report_key = given.key
                         where l.mautic_contact_id <> given.contact
                        """)
                .bindArray("keys", String.class, keys.toArray())
                .bindArray(
                        "contacts", Long.class, keys.stream().map(contacts::get).toArray())
                .mapTo(String.class)
                .set();
    }

    /** The same event under this key. */
    public static Event.Recorded under(String key, Event.Recorded event) {
        if (event instanceof Event.Unsubscribe unsubscribe) {
            return new Event.Unsubscribe(key, unsubscribe.reason(), unsubscribe.details());
        }
        if (event instanceof Event.OwnEntry entry) {
            return new Event.OwnEntry(key, entry.reason(), entry.details());
        }
        if (event instanceof Event.Complaint complaint) {
            return new Event.Complaint(key, complaint.details());
        }
        return event instanceof Event.BounceReport report
                ? new Event.BounceReport(key, report.severity(), report.details())
                : event;
    }
}
