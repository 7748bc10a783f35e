package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Events that are stored and not done with: those of contacts whom the CRM does not know, until their customer appears,
 * and those whose change to a customer the CRM refuses, until it takes it.
 */
public final class PendingEvents {
    private static final int AT_ONCE = 10_000;

    /** Less than the id of any event. */
    private static final UUID BEGINNING = new UUID(0, 0);

    private final Jdbi jdbi;
    private final CustomerFinder customers;

    public PendingEvents(Jdbi jdbi, CrmNames names, InboundSettings settings) {
        this.jdbi = jdbi;
        this.customers = new CustomerFinder(names, settings.bouncesUntilInvalid());
    }

    /**
     * Links those whose customer is there by now and makes the changes that are due. It looks at all that waits, so not
     * every few seconds.
     *
     * @return how many events wait no longer
     */
    public int process() {
        int finished = 0;
        List<UUID> page = after(BEGINNING);
        while (!page.isEmpty()) {
            finished += process(page);
            page = after(page.get(page.size() - 1));
        }
        return finished;
    }

    /** The events after this one whose customer is there, in the order of their ids; nothing is locked. */
    private List<UUID> after(UUID last) {
        return jdbi.withHandle(handle -> handle.createQuery("select m.event_id from (" + matched(handle, "true") + """
                        ) m where m.event_id > :last order by m.event_id limit :most
                        """)
                .bind("last", last)
                .bind("most", AT_ONCE)
                .mapTo(UUID.class)
                .list());
    }

    private int process(List<UUID> page) {
        return jdbi.inTransaction(handle -> {
            List<Found> found = lock(handle, page);
            Set<UUID> rejected = giveEffects(handle, found);
            link(handle, found);
            waitForCrm(handle, rejected);
            List<UUID> done = found.stream()
                    .map(Found::event)
                    .filter(event -> !rejected.contains(event))
                    .toList();
            forget(handle, done);
            return done.size();
        });
    }

    /** Those that another process works on are left to it. */
    private List<Found> lock(Handle handle, List<UUID> page) {
        List<UUID> locked = handle.createQuery("""
                        select event_id from mautic_sync.pending_event
                         where event_id = any(:page) order by event_id for update skip locked
                        """)
                .bindArray("page", UUID.class, page.toArray())
                .mapTo(UUID.class)
                .list();
        return handle.createQuery(matched(handle, "u.event_id = any(:locked)") + " order by event_id")
                .bindArray("locked", UUID.class, locked.toArray())
                .map((row, context) -> new Found(
                        row.getObject("event_id", UUID.class),
                        new CustomerId(row.getString("customer_id")),
                        row.getString("event_type"),
                        row.getString("email"),
                        row.getBoolean("effect_due")))
                .list();
    }

    /** The same order of precedence as for a new event. */
    private String matched(Handle handle, String condition) {
        return """
                select u.event_id, u.email, u.effect_due, g.event_type, who.customer_id
                  from mautic_sync.pending_event u
                  join public.customer_email_engagement g on g.id = u.event_id
                  left join %s p on p.%s = cast(u.customer_ref as uuid)
                  left join (select holder.address, min(holder.customer_id::text)::uuid as customer_id
                               from (%s) holder
                              where holder.address in (select lower(btrim(w.email)) from mautic_sync.pending_event w)
                              group by holder.address having count(*) = 1) a on a.address = lower(btrim(u.email))
                 cross join lateral (select coalesce(
                                       g.customer_id, (select st.customer_id from public.mautic_sync_status st
                                         where st.mautic_contact_id = g.mautic_contact_id
                                           and g.instance = mautic_sync.current_instance()
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
        Set<UUID> rejected = new HashSet<>();
        for (Found event : found) {
            if (event.effectDue() && giveEffect(handle, event) == EffectResult.REJECTED) {
                rejected.add(event.event());
            }
        }
        return rejected;
    }

    private EffectResult giveEffect(Handle handle, Found event) {
        String address = event.email() == null ? customers.addressOf(handle, event.customer()) : event.email();
        if (event.type().equals("unsubscribe")) {
            Set<CustomerId> concerned =
                    new LinkedHashSet<>(address == null ? List.of() : customers.holders(handle, address));
            concerned.add(event.customer());
            return customers.optOut(handle, concerned);
        }
        return event.type().equals("bounce") && address != null
                ? customers.countBounces(handle, address, 1)
                : EffectResult.GIVEN;
    }

    private static void link(Handle handle, List<Found> found) {
        handle.createUpdate("""
                        update public.customer_email_engagement g set customer_id = link.customer_id
                          from unnest(cast(:events as uuid[]), cast(:customers as uuid[])) as link (event_id, customer_id)
                         where g.id = link.event_id and g.customer_id is distinct from link.customer_id
                        """)
                .bindArray(
                        "events", UUID.class, found.stream().map(Found::event).toArray())
                .bindArray(
                        "customers",
                        CustomerId.class,
                        found.stream().map(Found::customer).toArray())
                .execute();
    }

    private static void waitForCrm(Handle handle, Set<UUID> rejected) {
        handle.createUpdate("update mautic_sync.pending_event set waiting_for = 'crm' where event_id = any(:rejected)")
                .bindArray("rejected", UUID.class, rejected.toArray())
                .execute();
    }

    private static void forget(Handle handle, List<UUID> done) {
        handle.createUpdate("delete from mautic_sync.pending_event where event_id = any(:done)")
                .bindArray("done", UUID.class, done.toArray())
                .execute();
    }

    private record Found(
            UUID event,
            CustomerId customer,
            String type,
            @Nullable String email,
            boolean effectDue) {}
}
