package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.crm.CrmNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Events of contacts whom the CRM did not know: linked, and given effect, when the customer appears. */
public final class UnknownContacts {
    private static final int AT_ONCE = 10_000;

    private final Jdbi jdbi;
    private final Customers customers;

    public UnknownContacts(Jdbi jdbi, CrmNames names, InboundSettings settings) {
        this.jdbi = jdbi;
        this.customers = new Customers(names, settings.bouncesUntilInvalid());
    }

    /**
     * Links what can be linked by now; cheap when there is nothing.
     *
     * @return how many events were linked
     */
    public int linkUnknown() {
        return jdbi.inTransaction(handle -> {
            List<Found> found = lockMatches(handle);
            if (found.isEmpty()) {
                return 0;
            }
            link(handle, found);
            giveEffect(handle, found.stream().filter(Found::effectDue).toList());
            return found.size();
        });
    }

    /** The same order of precedence as for a new event; rows that another process works on are left to it. */
    private List<Found> lockMatches(Handle handle) {
        return handle.createQuery("""
                        with waiting as (
                          select u.event_id, u.supabase_id, lower(btrim(u.email)) as address, u.email, u.effect_due
                            from mautic_sync.unlinked_event u for update skip locked limit :most
                        ), by_address as (
                          select holder.address, min(holder.customer_id::text)::uuid as customer_id
                            from (%s) holder
                           where holder.address in (select address from waiting)
                           group by holder.address having count(*) = 1
                        ), matched as (
                          select w.event_id, w.email, w.effect_due, g.event_type,
                                 coalesce(
                                   (select st.customer_id from public.mautic_sync_status st
                                     where st.mautic_contact_id = g.mautic_contact_id order by st.customer_id limit 1),
                                   p.%s, a.customer_id) as customer_id
                            from waiting w
                            join public.customer_email_engagement g on g.id = w.event_id
                            left join %s p on p.%s = w.supabase_id
                            left join by_address a on a.address = w.address
                        )
                        select * from matched where customer_id is not null
                        """.formatted(
                                customers.addresses(handle),
                                customers.profileId(),
                                customers.profiles(),
                                customers.profileId()))
                .bind("most", AT_ONCE)
                .map((row, context) -> new Found(
                        row.getObject("event_id", UUID.class),
                        row.getObject("customer_id", UUID.class),
                        row.getString("event_type"),
                        row.getString("email"),
                        row.getBoolean("effect_due")))
                .list();
    }

    private static void link(Handle handle, List<Found> found) {
        handle.createUpdate("""
                        with link as (
                          select * from unnest(cast(:events as uuid[]), cast(:customers as uuid[])) as l (event_id, customer_id)
                        ), done as (
                          delete from mautic_sync.unlinked_event u using link where u.event_id = link.event_id
                        )
                        update public.customer_email_engagement g set customer_id = link.customer_id
                          from link where g.id = link.event_id
                        """)
                .bindArray(
                        "events", UUID.class, found.stream().map(Found::event).toArray())
                .bindArray(
                        "customers",
                        UUID.class,
                        found.stream().map(Found::customer).toArray())
                .execute();
    }

    private void giveEffect(Handle handle, List<Found> due) {
        Set<UUID> optedOut = new HashSet<>();
        Map<String, Integer> bounces = new TreeMap<>();
        for (Found event : due) {
            String address = event.email() == null ? customers.addressOf(handle, event.customer()) : event.email();
            if (event.type().equals("unsubscribe")) {
                optedOut.add(event.customer());
                optedOut.addAll(address == null ? List.of() : customers.holders(handle, address));
            } else if (event.type().equals("bounce") && address != null) {
                bounces.merge(address, 1, Integer::sum);
            }
        }
        if (!optedOut.isEmpty()) {
            customers.optOut(handle, new ArrayList<>(optedOut));
        }
        bounces.forEach((address, count) -> customers.countBounces(handle, address, count));
    }

    private record Found(
            UUID event,
            UUID customer,
            String type,
            @Nullable String email,
            boolean effectDue) {}
}
