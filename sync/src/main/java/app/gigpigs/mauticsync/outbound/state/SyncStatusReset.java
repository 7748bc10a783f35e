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
                   set membership_known = mautic_contact_id is null and in_flight_until is null and membership_known,
                       resend_reason = case when mautic_contact_id is not null then 'instance_switched' end,
                       in_flight_until = null,
                       state = case when state in ('skipped', 'removed') and mautic_contact_id is null
                                    then state else 'pending' end,
                       skip_reason = case when mautic_contact_id is null then skip_reason end,
                       address_owner = case when mautic_contact_id is null then address_owner end,
                       error_code = null,
                       sync_error = null,
                       mautic_contact_id = null, sync_hash = null, attempted_hash = null, last_synced_at = null,
                       attempts = 0, next_attempt_at = null, retry = 'automatic', synced_email = null,
                       synced_segments = '{}', synced_consent = null,
                       do_not_contact_reason = null, warnings = '{}', updated_at = now()
                """);
    }
}
