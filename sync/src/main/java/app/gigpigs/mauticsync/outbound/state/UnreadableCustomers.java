package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.Lease;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** Customers who could not be read: rejected, without anything known of what they are now. */
public final class UnreadableCustomers {
    private final LeaseFence fence;
    private final CrmNames.Profiles profiles;

    /** Writes under the given lease. */
    public UnreadableCustomers(Jdbi jdbi, Lease lease, CrmNames.Profiles profiles) {
        this.fence = new LeaseFence(jdbi, lease);
        this.profiles = profiles;
    }

    /** Remembers why; they are sent as soon as they can be read. What Mautic has of them stays as it is. */
    public void remember(Map<CustomerId, Failure> unreadable) {
        if (unreadable.isEmpty()) {
            return;
        }
        List<Map.Entry<CustomerId, Failure>> list = List.copyOf(unreadable.entrySet());
        fence.update(
                """
                        , unreadable as (
                          select u.* from unnest(:ids, :codes, :messages) as u (customer_id, code, message)
                            join <profiles> p on p.<profile_id> = u.customer_id for key share of p skip locked
                        )
                        insert into public.mautic_sync_status as st (customer_id, state, error_code, sync_error, attempts)
                        select u.customer_id, 'rejected', u.code, u.message, 1 from unreadable u, held
                        on conflict (customer_id) do update
                           set state = 'rejected', error_code = excluded.error_code, sync_error = excluded.sync_error,
                               attempts = st.attempts + 1, attempted_hash = null, attempted_consent = null,
                               retry = 'automatic', next_attempt_at = null, skip_reason = null, address_owner = null,
                               updated_at = now()
                        """,
                statement -> statement
                        .define("profiles", profiles.table().sql())
                        .define("profile_id", ColumnName.quoted(profiles.id()))
                        .bind("ids", list.stream().map(Map.Entry::getKey).toArray(CustomerId[]::new))
                        .bind(
                                "codes",
                                list.stream()
                                        .map(one -> one.getValue().code().id())
                                        .toArray(String[]::new))
                        .bind(
                                "messages",
                                list.stream()
                                        .map(one -> one.getValue().message())
                                        .toArray(String[]::new)));
    }
}
