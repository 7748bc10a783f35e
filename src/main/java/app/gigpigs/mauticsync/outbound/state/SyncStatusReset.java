package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.instance.InstanceTable;
import org.jdbi.v3.core.Handle;

/** Forgets in public.mautic_sync_status what belongs to one Mautic instance, so that everybody is sent again. */
public final class SyncStatusReset implements InstanceTable {
    /**
     * Customers who had a contact are looked up by their own id, as after a write that was cut off; so are, once more,
     * those who are skipped or removed: a Mautic instance that was restored may still mail them.
     */
    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("""
                update public.mautic_sync_status
                   set in_flight_until = case when mautic_contact_id is not null then now() end,
                       state = case when state in ('skipped', 'removed') and mautic_contact_id is null
                                    then state else 'pending' end,
                       sync_error = case when state in ('skipped', 'removed') and mautic_contact_id is null
                                         then sync_error end,
                       mautic_contact_id = null, sync_hash = null, attempted_hash = null, last_synced_at = null,
                       attempts = 0, next_attempt_at = null, synced_email = null, synced_segments = '{}',
                       do_not_contact_reason = null, warnings = '{}', updated_at = now()
                """);
    }
}
