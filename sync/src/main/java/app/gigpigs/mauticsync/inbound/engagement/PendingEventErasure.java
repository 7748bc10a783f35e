package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import org.jdbi.v3.core.Handle;

/** What the events that are still pending hold about a person; erased before the events themselves. */
public final class PendingEventErasure implements PersonalDataTable {
    private static final String TABLE = "mautic_sync.pending_event";
    private static final String OF_PERSON = """
            lower(btrim(t.email)) = :email or t.customer_ref = any(cast(:customers as text[])) or t.event_id in
              (select g.id from public.customer_email_engagement g
                where g.mautic_contact_id = any(:contacts) and g.instance = mautic_sync.current_instance())
            """;

    @Override
    public String table() {
        return TABLE;
    }

    private static int count(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createQuery("select count(*)::int from " + TABLE + " t where " + OF_PERSON))
                .mapTo(Integer.class)
                .one();
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        int rows = count(handle, person);
        eraseEarlierInstances(handle, person);
        person.bind(handle.createUpdate("delete from mautic_sync.pending_event t where " + OF_PERSON))
                .execute();
        return rows;
    }

    /** Of an earlier Mautic, a pending event alone tells whose a contact was; it goes with the contact's events. */
    private static void eraseEarlierInstances(Handle handle, PersonIdentifiers person) {
        person.bind(handle.createUpdate("""
                        delete from public.customer_email_engagement t
                         where t.instance <> mautic_sync.current_instance()
                           and (t.instance, t.mautic_contact_id) in (
                             select g.instance, g.mautic_contact_id from mautic_sync.pending_event u
                               join public.customer_email_engagement g on g.id = u.event_id
                              where lower(btrim(u.email)) = :email or u.customer_ref = any(cast(:customers as text[])))
                        """)).execute();
    }
}
