package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import org.jdbi.v3.core.Handle;

/** What mautic_sync.pending_event holds about a person; removed before the events that its rows belong to. */
public final class PendingEventErasure implements PersonalDataTable {
    private static final String OF_PERSON = """
            lower(btrim(t.email)) = :email or t.customer_ref = any(cast(:customers as text[])) or t.event_id in
              (select g.id from public.customer_email_engagement g where g.mautic_contact_id = any(:contacts))
            """;

    @Override
    public String table() {
        return "mautic_sync.pending_event";
    }

    @Override
    public int count(Handle handle, PersonIdentifiers person) {
        return person.bind(
                        handle.createQuery("select count(*)::int from mautic_sync.pending_event t where " + OF_PERSON))
                .mapTo(Integer.class)
                .one();
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("delete from mautic_sync.pending_event t where " + OF_PERSON))
                .execute();
    }
}
