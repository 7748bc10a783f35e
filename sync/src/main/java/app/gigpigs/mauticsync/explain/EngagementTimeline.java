package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What a person did with our e-mails, from public.customer_email_engagement. */
public final class EngagementTimeline {
    private final Jdbi jdbi;

    EngagementTimeline(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Events of these customers or contacts, the latest first. Opens and clicks only among the latest events; all others
     * always, because they concern consent.
     *
     * @param most how many of the latest events
     */
    Timeline timeline(Collection<CustomerId> customers, Collection<Long> contacts, int most) {
        return jdbi.withHandle(handle -> {
            List<Event> events = handle.createQuery("""
                            select event_type, occurred_at, campaign_name, email_subject, link_url, source
                              from (select g.*, row_number() over (order by occurred_at desc nulls last, id) as place
                                      from public.customer_email_engagement g
                                     where customer_id = any(:customers)
                                        or (mautic_contact_id = any(cast(:contacts as bigint[]))
                                            and instance = mautic_sync.current_instance())) mine
                             where place <= :most or event_type is null or event_type not in ('open', 'click')
                             order by place
                            """)
                    .bind("customers", customers.toArray(CustomerId[]::new))
                    .bind("contacts", texts(contacts))
                    .bind("most", most)
                    .map((row, context) -> event(row))
                    .list();
            int all = handle.createQuery("""
                            select count(*) from public.customer_email_engagement
                             where customer_id = any(:customers)
                                or (mautic_contact_id = any(cast(:contacts as bigint[]))
                                    and instance = mautic_sync.current_instance())
                            """)
                    .bind("customers", customers.toArray(CustomerId[]::new))
                    .bind("contacts", texts(contacts))
                    .mapTo(Integer.class)
                    .one();
            return new Timeline(events, all - events.size());
        });
    }

    private static String[] texts(Collection<Long> contacts) {
        return contacts.stream().map(String::valueOf).toArray(String[]::new);
    }

    private static Event event(ResultSet row) throws SQLException {
        OffsetDateTime at = row.getObject("occurred_at", OffsetDateTime.class);
        String subject = row.getString("email_subject");
        return new Event(
                row.getString("event_type"),
                at == null ? null : at.toInstant(),
                subject == null ? row.getString("campaign_name") : subject,
                row.getString("link_url"),
                row.getString("source"));
    }

    /**
     * The events that are shown.
     *
     * @param leftOut how many older opens and clicks are not
     */
    record Timeline(List<Event> events, int leftOut) {}

    /**
     * One event.
     *
     * @param type open, click, unsubscribe, bounce, …
     * @param mail the subject of the e-mail, or else its campaign
     * @param source webhook, catch_up or push_response
     */
    public record Event(
            @Nullable String type,
            @Nullable Instant at,
            @Nullable String mail,
            @Nullable String link,
            @Nullable String source) {}
}
