package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.crm.CrmNames;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
     * Links what can be linked by now, and gives the effects that are due. It looks at all that waits, so not every few
     * seconds.
     *
     * @return how many events were linked
     */
    public int linkUnknown() {
        int linked = 0;
        Optional<UUID> last = Optional.empty();
        do {
            List<UUID> page = matches(last);
            linked += page.isEmpty() ? 0 : link(page);
            last = page.size() < AT_ONCE ? Optional.empty() : Optional.of(page.get(page.size() - 1));
        } while (last.isPresent());
        return linked;
    }

    /** The events after this one whose customer is there, in the order of their ids; nothing is locked. */
    private List<UUID> matches(Optional<UUID> after) {
        return jdbi.withHandle(handle -> handle.createQuery("select m.event_id from (" + matched(handle, "true") + """
                        ) m where cast(:after as uuid) is null or m.event_id > cast(:after as uuid) order by m.event_id limit :most
                        """)
                .bind("after", after.map(UUID::toString).orElse(null))
                .bind("most", AT_ONCE)
                .mapTo(UUID.class)
                .list());
    }

    private int link(List<UUID> page) {
        return jdbi.inTransaction(handle -> {
            List<Found> found = lock(handle, page);
            Set<UUID> refused = giveEffects(handle, found);
            link(handle, found, refused);
            return (int) found.stream()
                    .filter(event -> !refused.contains(event.event()))
                    .count();
        });
    }

    /** Those that another process works on are left to it. */
    private List<Found> lock(Handle handle, List<UUID> page) {
        List<UUID> locked = handle.createQuery("""
                        select event_id from mautic_sync.unlinked_event
                         where event_id = any(:page) order by event_id for update skip locked
                        """)
                .bindArray("page", UUID.class, page.toArray())
                .mapTo(UUID.class)
                .list();
        return handle.createQuery(matched(handle, "u.event_id = any(:locked)") + " order by event_id")
                .bindArray("locked", UUID.class, locked.toArray())
                .map((row, context) -> new Found(
                        row.getObject("event_id", UUID.class),
                        row.getObject("customer_id", UUID.class),
                        row.getString("event_type"),
                        row.getString("email"),
                        row.getBoolean("effect_due")))
                .list();
    }

    /** The same order of precedence as for a new event. */
    private String matched(Handle handle, String condition) {
        return """
                select u.event_id, u.email, u.effect_due, g.event_type, who.customer_id
                  from mautic_sync.unlinked_event u
                  join public.customer_email_engagement g on g.id = u.event_id
                  left join %s p on p.%s = u.supabase_id
                  left join (select holder.address, min(holder.customer_id::text)::uuid as customer_id
                               from (%s) holder
                              where holder.address in (select lower(btrim(w.email)) from mautic_sync.unlinked_event w)
                              group by holder.address having count(*) = 1) a on a.address = lower(btrim(u.email))
                 cross join lateral (select coalesce(
                                       g.customer_id, (select st.customer_id from public.mautic_sync_status st
                                         where st.mautic_contact_id = g.mautic_contact_id
                                         order by st.customer_id limit 1),
                                       p.%s, a.customer_id) as customer_id) who
                 where who.customer_id is not null and %s
                """.formatted(
                        customers.profiles(),
                        customers.profileId(),
                        customers.addresses(handle),
                        customers.profileId(),
                        condition);
    }

    /** Answers the events whose effect the CRM refuses; they stay due. */
    private Set<UUID> giveEffects(Handle handle, List<Found> found) {
        Set<UUID> refused = new HashSet<>();
        for (Found event : found) {
            if (event.effectDue() && giveEffect(handle, event) == Effect.REFUSED) {
                refused.add(event.event());
            }
        }
        return refused;
    }

    private Effect giveEffect(Handle handle, Found event) {
        String address = event.email() == null ? customers.addressOf(handle, event.customer()) : event.email();
        if (event.type().equals("unsubscribe")) {
            Set<UUID> concerned = new LinkedHashSet<>(address == null ? List.of() : customers.holders(handle, address));
            concerned.add(event.customer());
            return customers.optOut(handle, concerned);
        }
        return event.type().equals("bounce") && address != null
                ? customers.countBounces(handle, address, 1)
                : Effect.GIVEN;
    }

    private static void link(Handle handle, List<Found> found, Set<UUID> refused) {
        handle.createUpdate("""
                        with link as (
                          select * from unnest(cast(:events as uuid[]), cast(:customers as uuid[])) as l (event_id, customer_id)
                        ), done as (
                          delete from mautic_sync.unlinked_event u using link
                           where u.event_id = link.event_id and u.event_id <> all(:refused)
                        )
                        update public.customer_email_engagement g set customer_id = link.customer_id
                          from link where g.id = link.event_id and g.customer_id is distinct from link.customer_id
                        """)
                .bindArray(
                        "events", UUID.class, found.stream().map(Found::event).toArray())
                .bindArray(
                        "customers",
                        UUID.class,
                        found.stream().map(Found::customer).toArray())
                .bindArray("refused", UUID.class, refused.toArray())
                .execute();
    }

    private record Found(
            UUID event,
            UUID customer,
            String type,
            @Nullable String email,
            boolean effectDue) {}
}
