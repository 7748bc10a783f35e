package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import org.jdbi.v3.core.Handle;

/** What public.customer_email_engagement holds about a person, in columns, payloads and links. */
public final class EngagementErasure implements PersonalDataTable {
    private static final String OF_PERSON = """
            t.customer_id = any(:customers)
             or (t.mautic_contact_id = any(:contacts) and t.instance = mautic_sync.current_instance())
             or lower(t.raw_payload::text) like any(:spellings) or lower(t.link_url) like any(:spellings)
             or t.raw_payload::text ~* :ids or t.link_url ~* :ids
            """;

    @Override
    public String table() {
        return "public.customer_email_engagement";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("delete from public.customer_email_engagement t where " + OF_PERSON))
                .execute();
    }
}
