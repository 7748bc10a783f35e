package app.gigpigs.mauticsync.explain;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What somebody did with our e-mails; read from public.customer_email_engagement. */
public final class Engagement {
    private final Jdbi jdbi;

    Engagement(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The latest events of these customers or contacts, the latest first. */
    List<Event> latest(Collection<UUID> customers, Collection<Long> contacts, int most) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select event_type, occurred_at, campaign_name, email_subject, link_url, source
                          from public.customer_email_engagement
                         where customer_id = any(:customers) or mautic_contact_id = any(cast(:contacts as bigint[]))
                         order by occurred_at desc nulls last, id limit :most
                        """)
                .bind("customers", customers.toArray(UUID[]::new))
                .bind("contacts", contacts.stream().map(String::valueOf).toArray(String[]::new))
                .bind("most", most)
                .map((row, context) -> {
                    OffsetDateTime at = row.getObject("occurred_at", OffsetDateTime.class);
                    return new Event(
                            row.getString("event_type"),
                            at == null ? null : at.toInstant(),
                            row.getString("email_subject") == null
                                    ? row.getString("campaign_name")
                                    : row.getString("email_subject"),
                            row.getString("link_url"),
                            row.getString("source"));
                })
                .list());
    }

    /**
     * One of them.
     *
     * @param type open, click, unsubscribe, bounce, …
     * @param mail the e-mail's subject, or else its campaign
     * @param source webhook or catch-up
     */
    public record Event(
            @Nullable String type,
            @Nullable Instant at,
            @Nullable String mail,
            @Nullable String link,
            @Nullable String source) {}
}
