package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Lets the next run send customers again although they did not change in the CRM, because Mautic turned out to differ
 * from what was sent: notes the reason in public.mautic_sync_status. Works in the caller's transaction.
 */
public final class ResendRequests {
    private final Handle handle;

    public ResendRequests(Handle handle) {
        this.handle = handle;
    }

    /**
     * These, whatever was sent last, because their contact was deleted in Mautic or merged into another.
     *
     * @return how many were up to date before
     */
    public int contactsDeleted(Collection<CustomerId> customers) {
        return all(customers, "contact_deleted");
    }

    /**
     * These, whatever was sent last, because their contact has other values, as after a merge. Their memberships are
     * read from Mautic again.
     *
     * @return how many were up to date before
     */
    public int contactsChanged(Collection<CustomerId> customers) {
        return all(customers, "drift");
    }

    private int all(Collection<CustomerId> customers, String reason) {
        return handle.createUpdate("""
                        update public.mautic_sync_status
                           set resend_reason = :reason, membership_known = membership_known and :reason <> 'drift', updated_at = now()
                         where customer_id = any(:customers) and state = 'synced' and sync_hash is not null
                           and resend_reason is null
                        """)
                .bindArray("customers", CustomerId.class, customers.toArray())
                .bind("reason", reason)
                .execute();
    }

    /**
     * Those that were not sent or changed since they were compared: their hash is still this one. The next run reads their
     * memberships from Mautic, as after a write that was cut off, because what is remembered of them is wrong.
     *
     * @param hashes customer to the hash it was last sent with
     * @return how many
     */
    public int unlessSentSince(Map<CustomerId, String> hashes) {
        List<CustomerId> customers = List.copyOf(hashes.keySet());
        return handle.createUpdate("""
                        update public.mautic_sync_status st
                           set resend_reason = 'drift', membership_known = false, updated_at = now()
                          from unnest(:ids, :hashes) as d (customer_id, hash)
                         where st.customer_id = d.customer_id and st.state = 'synced' and st.sync_hash = d.hash
                           and st.in_flight_until is null and st.resend_reason is null
                        """)
                .bind("ids", customers.toArray(CustomerId[]::new))
                .bind("hashes", customers.stream().map(hashes::get).toArray(String[]::new))
                .execute();
    }

    /**
     * Rejected customers, whatever pause they are in.
     *
     * @param customer this one alone; empty for all
     * @return how many
     */
    public int rejected(Optional<CustomerId> customer) {
        return handle.createUpdate("""
                        update public.mautic_sync_status
                           set next_attempt_at = now(), retry = 'automatic', attempts = 0, updated_at = now()
                         where state = 'rejected' and (cast(:customer as text) is null or customer_id = cast(:customer as uuid))
                        """)
                .bind("customer", customer.map(CustomerId::value).orElse(null))
                .execute();
    }
}
