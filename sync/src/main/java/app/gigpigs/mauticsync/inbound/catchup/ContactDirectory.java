package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.JsonValues;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks up Mautic's contacts in bulk, because its tables contain contact ids alone. Caches some thousands, so that
 * contacts that the CRM does not have are not looked up again for every page. For one thread.
 */
final class ContactDirectory {
    private static final int CACHED = 20_000;
    /** One contact is about 10 kB of the response. */
    private static final int AT_ONCE = 200;

    private final Mautic mautic;
    private final Map<Long, ContactRef> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ContactRef> eldest) {
            return size() > CACHED;
        }
    };

    ContactDirectory(Mautic mautic) {
        this.mautic = mautic;
    }

    /** One for each id. A deleted contact has nothing but its id. */
    Map<Long, ContactRef> of(Collection<Long> ids) {
        Map<Long, ContactRef> refs = new HashMap<>();
        List<Long> ask = new ArrayList<>();
        for (Long id : ids) {
            ContactRef ref = known.get(id);
            if (ref == null) {
                ask.add(id);
            } else {
                refs.put(id, ref);
            }
        }
        for (int from = 0; from < ask.size(); from += AT_ONCE) {
            List<Long> some = ask.subList(from, Math.min(ask.size(), from + AT_ONCE));
            some.forEach(id -> refs.put(id, new ContactRef(id, null, null)));
            mautic.contacts().withIds(some).forEach(contact -> refs.put(contact.id(), ref(contact)));
            some.forEach(id -> known.put(id, refs.getOrDefault(id, new ContactRef(id, null, null))));
        }
        return refs;
    }

    static ContactRef ref(Contact contact) {
        String email = contact.email();
        return new ContactRef(contact.id(), JsonValues.customer(contact.text(FieldMap.SUPABASE_ID)), storable(email));
    }

    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : PostgresJson.text(text);
    }
}
