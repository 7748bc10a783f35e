package app.gigpigs.mauticsync.inbound.engagement;

import java.time.Duration;
import org.jdbi.v3.core.Handle;

/** What is forgotten of old events; each call takes some rows, by an index. */
public final class EventRetention {
    private EventRetention() {}

    /** What Mautic said of events that are older than this, word for word. The events stay, and with them their keys. */
    public static int forgetPayloads(Handle handle, Duration keep, int most) {
        return handle.createUpdate("""
                        update public.customer_email_engagement e set raw_payload = null
                          from (select id from public.customer_email_engagement
                                 where raw_payload is not null and created_at < now() - make_interval(secs => :keep)
                                 order by created_at limit :most) old
                         where e.id = old.id
                        """)
                .bind("keep", (double) keep.toSeconds())
                .bind("most", most)
                .execute();
    }

    /** Events whose customer did not appear for this long. One with an effect that is due goes on waiting. */
    public static int forgetPending(Handle handle, Duration keep, int most) {
        return handle.createUpdate("""
                        delete from mautic_sync.pending_event p
                         using (select event_id from mautic_sync.pending_event
                                 where waiting_for = 'customer' and not effect_due
                                   and created_at < now() - make_interval(secs => :keep)
                                 order by created_at limit :most) old
                         where p.event_id = old.event_id
                        """)
                .bind("keep", (double) keep.toSeconds())
                .bind("most", most)
                .execute();
    }
}
