package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Many unsubscribes from one mail within minutes: often a company's mail scanner that follows every link, and not
 * people. They are applied like any other unsubscribe; a person may look at them. Read from the events, nothing is stored.
 */
public final class UnsubscribeSpikes {
    /** How many unsubscribes are a spike. */
    public static final Setting SIZE = Setting.of(
            "SYNC_UNSUBSCRIBE_SPIKE",
            "20",
            "This many unsubscribes from one mail within five minutes are shown as a spike.",
            new Kind.WholeNumber(2, 1_000_000));

    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration LOOK_BACK = Duration.ofDays(30);

    private final Jdbi jdbi;
    private final int size;

    /** @param size this many unsubscribes from one mail within five minutes are a spike */
    public UnsubscribeSpikes(Jdbi jdbi, int size) {
        this.jdbi = jdbi;
        this.size = size;
    }

    /** Those of the last thirty days, the latest first. */
    public List<Spike> list() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        with unsubscribes as (
                          select instance, mautic_email_id, campaign_name, customer_id, occurred_at,
                                 count(*) over (partition by instance, mautic_email_id order by occurred_at
                                   range between make_interval(secs => :window) preceding and current row) as before
                            from public.customer_email_engagement
                           where event_type = 'unsubscribe' and mautic_email_id is not null
                             and occurred_at > now() - make_interval(secs => :back)
                        ), dense as (
                          select *, max(before) over (partition by instance, mautic_email_id order by occurred_at
                                   range between current row and make_interval(secs => :window) following) as peak
                            from unsubscribes
                        ), begun as (
                          select *, case when occurred_at - lag(occurred_at) over (partition by instance, mautic_email_id order by occurred_at)
                                              <= make_interval(secs => :window) then 0 else 1 end as first
                            from dense where peak >= :size
                        ), numbered as (
                          select *, sum(first) over (partition by instance, mautic_email_id order by occurred_at) as spike from begun
                        )
                        select mautic_email_id, max(campaign_name) as name, min(occurred_at) as from_time,
                               max(occurred_at) as until_time, count(*)::int as unsubscribes,
                               coalesce(array_agg(distinct customer_id) filter (where customer_id is not null), '{}') as customers
                          from numbered group by instance, mautic_email_id, spike order by 3 desc
                        """)
                .bind("window", (double) WINDOW.toSeconds())
                .bind("back", (double) LOOK_BACK.toSeconds())
                .bind("size", size)
                .map((row, context) -> new Spike(
                        row.getString("mautic_email_id"),
                        row.getString("name"),
                        row.getTimestamp("from_time").toInstant(),
                        row.getTimestamp("until_time").toInstant(),
                        new Hit(row.getInt("unsubscribes"), customers(row))))
                .list());
    }

    private static List<CustomerId> customers(ResultSet row) throws SQLException {
        Object[] ids = (Object[]) row.getArray("customers").getArray();
        return Arrays.stream(ids).map(id -> new CustomerId(id.toString())).toList();
    }

    /** One of them. */
    public record Spike(String emailId, @Nullable String name, Instant from, Instant until, Hit hit) {}

    /** How many unsubscribed, and which of them are customers. */
    public record Hit(int unsubscribes, List<CustomerId> customers) {}
}
