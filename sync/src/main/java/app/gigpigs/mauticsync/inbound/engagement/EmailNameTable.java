package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import app.gigpigs.mauticsync.instance.InstanceTable;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table mautic_sync.email_name: the names of Mautic's e-mails, from payloads and from look-ups. */
public final class EmailNameTable implements InstanceTable {

    /** Stores the name from a payload. A row that has it already is not written, because many deliveries arrive at once. */
    void learn(Handle handle, EmailRef email) {
        if (email.name() != null) {
            put(handle, String.valueOf(email.id()), email.name(), email.subject());
        }
    }

    public void put(Handle handle, String id, String name, @Nullable String subject) {
        handle.createUpdate("""
                        insert into mautic_sync.email_name as known (mautic_email_id, found, name, subject)
                        select :id, true, :name, :subject
                         where not exists (select from mautic_sync.email_name same
                                            where same.mautic_email_id = :id and same.found and same.name = :name
                                              and (cast(:subject as text) is null or same.subject = :subject))
                        on conflict (mautic_email_id) do update
                          set found = true, name = excluded.name, subject = coalesce(excluded.subject, known.subject),
                              looked_up_at = now()
                        """)
                .bind("id", id)
                .bind("name", name)
                .bind("subject", subject)
                .execute();
    }

    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("delete from mautic_sync.email_name");
    }

    /** Mautic does not have this e-mail; it is looked up again after a day. */
    public void putMissing(Handle handle, String id) {
        handle.createUpdate("""
                        insert into mautic_sync.email_name (mautic_email_id, found) values (:id, false)
                        on conflict (mautic_email_id) do update set looked_up_at = now()
                        """).bind("id", id).execute();
    }
}
