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
 * Keys of do-not-contact entries, made of Mautic's ids. A Mautic that was restored from a backup gives the ids since then
 * out again, to other people: taken for known, their no would be lost. So an entry whose key stands in the CRM for
 * another contact has a key of its own, which names its contact, too. It takes effect even if something only moved it to
 * that contact (a merge in Mautic moves none, as its source reads): one no too many is on the safe side.
 */
public final class ReissuedKeys {
    /** The events, those of entries under the keys of their contacts. */
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
     * The keys that these entries have instead; those that keep theirs are left out.
     *
     * @param contacts whose each entry is, by its key
     */
    public Map<String, String> own(Handle handle, Map<String, Long> contacts) {
        Map<String, String> own = new HashMap<>();
        Set<String> anothers = contacts.isEmpty() ? Set.of() : anothers(handle, contacts);
        contacts.forEach((key, contact) -> {
            if (anothers.contains(key)) {
                own.put(key, withContact(key, contact));
            }
        });
        return own;
    }

    private static String withContact(String key, Long contact) {
        int reason = key.lastIndexOf(':');
        return key.substring(0, reason) + "-" + contact + key.substring(reason);
    }

    private static Set<String> anothers(Handle handle, Map<String, Long> contacts) {
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
        if (event instanceof Event.Unsubscribe no) {
            return new Event.Unsubscribe(key, no.details());
        }
        return event instanceof Event.BounceReport report ? new Event.BounceReport(key, report.details()) : event;
    }
}
