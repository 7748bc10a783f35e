package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import org.jdbi.v3.core.Handle;

/** What public.customer_email_engagement holds about a person, in columns, payloads and links. */
public final class EngagementErasure implements PersonalDataTable {
    /**
     * Each part by an index of its own: payloads are kept for a while only, and few links can name anybody. Together in one
     * condition they make Postgres read ten years of events.
     */
    private static final String DELETE = """
            delete from public.customer_email_engagement where id in (
              select t.id from public.customer_email_engagement t where t.customer_id = any(:customers)
              union
              select t.id from public.customer_email_engagement t
               where t.mautic_contact_id = any(:contacts) and t.instance = mautic_sync.current_instance()
              union
              select t.id from public.customer_email_engagement t
               where t.raw_payload is not null
                 and (lower(t.raw_payload::text) like any(:spellings) or t.raw_payload::text ~* :ids)
              union
              select t.id from public.customer_email_engagement t
               where t.link_url ~* '@|%40|u0040|[0-9a-f]{8}-'
                 and (lower(t.link_url) like any(:spellings) or t.link_url ~* :ids))
            """;

    @Override
    public String table() {
        return "public.customer_email_engagement";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate(DELETE)).execute();
    }
}
