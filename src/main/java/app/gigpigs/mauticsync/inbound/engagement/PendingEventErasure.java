package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import org.jdbi.v3.core.Handle;

/** What the events that are still pending hold about a person; erased before the events themselves. */
public final class PendingEventErasure implements PersonalDataTable {
    private static final String TABLE = "mautic_sync.pending_event";
    private static final String OF_PERSON = """
            lower(btrim(t.email)) = :email or t.customer_ref = any(cast(:customers as text[])) or t.event_id in
              (select g.id from public.customer_email_engagement g where g.mautic_contact_id = any(:contacts))
            """;

    @Override
    public String table() {
        return TABLE;
    }

    @Override
    public int count(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createQuery("select count(*)::int from " + TABLE + " t where " + OF_PERSON))
                .mapTo(Integer.class)
                .one();
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("delete from mautic_sync.pending_event t where " + OF_PERSON))
                .execute();
    }
}
