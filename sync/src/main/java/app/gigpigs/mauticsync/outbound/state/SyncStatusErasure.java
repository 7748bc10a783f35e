package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import org.jdbi.v3.core.Handle;

/** What public.mautic_sync_status holds about a person. An erasure holds the outbound lease while it is removed. */
public final class SyncStatusErasure implements PersonalDataTable {
    private static final String OF_PERSON = """
            t.customer_id = any(:customers) and (t.skip_reason is distinct from 'erased'
             or t.mautic_contact_id is not null)
            """;

    @Override
    public String table() {
        return "public.mautic_sync_status";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        int rows = person.bind(handle.createUpdate("delete from public.mautic_sync_status t where " + OF_PERSON))
                .execute();
        forgetSentAddress(handle, person);
        return rows;
    }

    /** A customer who had the address once and has another now is sent anew. */
    private static void forgetSentAddress(Handle handle, PersonIdentifiers person) {
        person.bind(handle.createUpdate("""
                        update public.mautic_sync_status t
                           set synced_email = null, sync_hash = null, updated_at = now(),
                               mautic_contact_id = case when t.mautic_contact_id = any(:contacts) then null
                                                        else t.mautic_contact_id end,
                               synced_segments = case when t.mautic_contact_id = any(:contacts) then '{}'
                                                      else t.synced_segments end
                         where lower(btrim(t.synced_email)) = :email or t.mautic_contact_id = any(:contacts)
                        """)).execute();
    }

    /** Customers that are skipped because the person has the address are checked anew. */
    private static int forgetAddressOwner(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("""
                        update public.mautic_sync_status t
                           set state = 'pending', skip_reason = null, address_owner = null, updated_at = now()
                         where t.address_owner = any(:customers)
                        """)).execute();
    }

    @Override
    public int eraseFromMessages(Handle handle, PersonIdentifiers person) {
        return forgetAddressOwner(handle, person)
                + handle.createUpdate("""
                        update public.mautic_sync_status t
                           set sync_error = regexp_replace(t.sync_error, :pattern, :replacement, 'g'),
                               warnings = string_to_array(regexp_replace(
                                 array_to_string(t.warnings, E'\\n'), :pattern, :replacement, 'g'), E'\\n')
                         where t.sync_error ~ :pattern or array_to_string(t.warnings, E'\\n') ~ :pattern
                        """)
                        .bind("pattern", person.namePattern())
                        .bind("replacement", PersonIdentifiers.REMOVED)
                        .execute();
    }
}
