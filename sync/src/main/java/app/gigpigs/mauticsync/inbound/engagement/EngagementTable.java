package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import app.gigpigs.mauticsync.metrics.Meters;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table public.customer_email_engagement: one row for each event, unique by its key. */
public final class EngagementTable {
    /** Says that a time needs no correction. */
    public static final Instant CERTAIN = Instant.MAX;

    /** Inserts the event's row; empty when there is a row with its key. */
    Optional<UUID> insert(Handle handle, Event.Recorded event, @Nullable CustomerId customer, EventSource source) {
        EventDetails about = event.details();
        EmailRef email = about.email();
        Optional<UUID> added = handle.createQuery("""
                        insert into public.customer_email_engagement
                          (customer_id, event_type, event_key, source, mautic_contact_id, mautic_email_id,
                           campaign_name, email_subject, link_url, occurred_at, raw_payload)
                        select cast(:customer as uuid), :type, :key, :source, cast(:contact as bigint), given.email_id,
                               coalesce(given.name, known.name), coalesce(given.subject, known.subject),
                               :url, :at, cast(:payload as jsonb)
                          from (select cast(:email as text) as email_id, cast(:name as text) as name,
                                       cast(:subject as text) as subject) given
                          left join mautic_sync.email_name known on known.mautic_email_id = given.email_id and known.found
                        on conflict (instance, event_key) do nothing
                        returning id
                        """)
                .bind("customer", customer == null ? null : customer.toString())
                .bind("type", event.type())
                .bind("key", event.key())
                .bind("source", source.sql())
                .bind("contact", text(about.contact().id()))
                .bind("email", email == null ? null : text(email.id()))
                .bind("name", email == null ? null : email.name())
                .bind("subject", email == null ? null : email.subject())
                .bind("url", event instanceof Event.Click click ? click.url() : null)
                .bind("at", Timestamp.from(about.occurredAt()))
                .bind("payload", about.payload())
                .mapTo(UUID.class)
                .findOne();
        added.ifPresent(row -> Meters.events(event.type(), source.sql(), 1));
        return added;
    }

    /** Whether there is an event with this key. */
    boolean has(Handle handle, String key) {
        return handle.createQuery("""
                        select exists (select from public.customer_email_engagement
                                        where event_key = :key and instance = mautic_sync.current_instance())
                        """).bind("key", key).mapTo(Boolean.class).one();
    }

    /**
     * Inserts many rows at once.
     *
     * @param customers the customer of each event, in the same order; null where none is known
     * @return the ids of the new rows, by their keys
     */
    Map<String, UUID> insertAll(
            Handle handle,
            List<? extends Event.Recorded> events,
            List<@Nullable CustomerId> customers,
            EventSource source) {
        Map<String, UUID> added = new HashMap<>();
        handle.createQuery("""
                        insert into public.customer_email_engagement
                          (customer_id, event_type, event_key, source, mautic_contact_id, mautic_email_id,
                           campaign_name, email_subject, link_url, occurred_at, raw_payload)
                        select given.customer, given.type, given.key, :source, given.contact, given.email_id,
                               known.name, known.subject, given.url, to_timestamp(given.at), cast(given.payload as jsonb)
                          from unnest(cast(:customers as uuid[]), cast(:types as text[]), cast(:keys as text[]),
                                      cast(:contacts as bigint[]), cast(:emails as text[]), cast(:urls as text[]),
                                      cast(:times as bigint[]), cast(:payloads as text[]))
                            as given (customer, type, key, contact, email_id, url, at, payload)
                          left join mautic_sync.email_name known on known.mautic_email_id = given.email_id and known.found
                         order by given.key
                        on conflict (instance, event_key) do nothing
                        returning event_key, id
                        """)
                .bindArray("customers", CustomerId.class, customers.toArray())
                .bindArray("types", String.class, each(events, Event.Recorded::type))
                .bindArray("keys", String.class, each(events, Event.Recorded::key))
                .bindArray(
                        "contacts",
                        Long.class,
                        each(events, event -> event.details().contact().id()))
                .bindArray("emails", String.class, each(events, EngagementTable::emailId))
                .bindArray(
                        "urls",
                        String.class,
                        each(events, event -> event instanceof Event.Click click ? click.url() : null))
                .bindArray(
                        "times",
                        Long.class,
                        each(events, event -> event.details().occurredAt().getEpochSecond()))
                .bindArray(
                        "payloads",
                        String.class,
                        each(events, event -> event.details().payload()))
                .bind("source", source.sql())
                .map((row, context) -> Map.entry(row.getString("event_key"), row.getObject("id", UUID.class)))
                .forEach(row -> added.put(row.getKey(), row.getValue()));
        events.stream()
                .filter(event -> added.containsKey(event.key()))
                .collect(Collectors.groupingBy(Event.Recorded::type, Collectors.summingInt(event -> 1)))
                .forEach((type, number) -> Meters.events(type, source.sql(), number));
        return added;
    }

    private static @Nullable Object[] each(
            List<? extends Event.Recorded> events, Function<Event.Recorded, @Nullable Object> value) {
        return events.stream().map(value).toArray();
    }

    private static @Nullable String emailId(Event.Recorded event) {
        EmailRef email = event.details().email();
        return email == null ? null : text(email.id());
    }

    /**
     * Which of these keys the table has, or had before a bounce report became a bounce. The value is the event's time, or
     * {@link #CERTAIN} when it must not be corrected.
     */
    public Map<String, Instant> times(Handle handle, Collection<String> keys) {
        Map<String, Instant> times = new HashMap<>();
        handle.createQuery("""
                        select event_key, case when source <> 'catch_up' then occurred_at end as at
                          from public.customer_email_engagement
                         where event_key = any(:keys) and instance = mautic_sync.current_instance()
                         union all
                        select report_key, null from mautic_sync.bounce_report where report_key = any(:keys)
                        """)
                .bindArray("keys", String.class, keys.toArray())
                .map((row, context) ->
                        Map.entry(row.getString("event_key"), Optional.ofNullable(row.getTimestamp("at"))))
                .forEach(row -> {
                    Instant time = row.getValue().map(Timestamp::toInstant).orElse(CERTAIN);
                    times.merge(row.getKey(), time, (one, other) -> one.equals(CERTAIN) ? other : one);
                });
        return times;
    }

    /** Links these events to these customers, in the same order. */
    void link(Handle handle, List<UUID> events, List<CustomerId> customers) {
        handle.createUpdate("""
                        update public.customer_email_engagement g set customer_id = link.customer_id
                          from unnest(cast(:events as uuid[]), cast(:customers as uuid[])) as link (event_id, customer_id)
                         where g.id = link.event_id and g.customer_id is distinct from link.customer_id
                        """)
                .bindArray("events", UUID.class, events.toArray())
                .bindArray("customers", CustomerId.class, customers.toArray())
                .execute();
    }

    /** Corrects the time by Mautic's own table, which knows when an entry was made; a webhook knows when it was queued. */
    void correctTime(Handle handle, Event.Recorded event, EventSource source) {
        if (source == EventSource.CATCH_UP) {
            correctTime(handle, event.key(), event.details().occurredAt());
        }
    }

    /** Replaces the time when a webhook was queued, or when a response showed the event, by the event's own time. */
    public void correctTime(Handle handle, String key, Instant at) {
        handle.createUpdate("""
                        update public.customer_email_engagement set occurred_at = :at
                         where event_key = :key and instance = mautic_sync.current_instance()
                           and source <> 'catch_up' and occurred_at is distinct from :at
                        """).bind("at", Timestamp.from(at)).bind("key", key).execute();
    }

    /** Gives events the names and subjects that are known by now; answers how many got one. */
    public int fillNames(Handle handle) {
        return handle.execute("""
                update public.customer_email_engagement g
                   set campaign_name = n.name, email_subject = coalesce(g.email_subject, n.subject)
                  from mautic_sync.email_name n
                 where g.mautic_email_id = n.mautic_email_id and n.found and n.name is not null
                   and g.campaign_name is null and g.instance = mautic_sync.current_instance()
                """);
    }

    private static @Nullable String text(@Nullable Long id) {
        return id == null ? null : id.toString();
    }
}
