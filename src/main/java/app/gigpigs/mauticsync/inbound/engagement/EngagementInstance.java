package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.instance.InstanceTable;
import org.jdbi.v3.core.Handle;

/** Marks the events of one Mautic instance as that instance's: they stay, and no other instance can make their ids. */
public final class EngagementInstance implements InstanceTable {
    @Override
    public void forget(Handle handle, int instance) {
        handle.createUpdate("""
                        update public.customer_email_engagement
                           set event_key = 'old' || :number || ':' || event_key,
                               mautic_email_id = regexp_replace(mautic_email_id, '^(?=[0-9]+$)', 'old' || :number || ':'),
                               mautic_contact_id = case when mautic_contact_id > 0
                                 then -(mautic_contact_id + (:number - 1) * 10000000000)
                                 else mautic_contact_id end
                         where event_key is null or event_key !~ '^old[0-9]+:'
                        """).bind("number", instance).execute();
    }
}
