package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.instance.InstanceTable;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The table mautic_sync.bounce_report: webhooks say that a contact bounced, but not with which e-mail. Each report has a
 * row of customer_email_engagement under its own key until the failed e-mail is found. Then the row gets the e-mail's
 * key, so that the bounce is stored once, whichever of the two arrived first.
 */
public final class BounceReports implements PersonalDataTable, InstanceTable {
    private static final String OF_PERSON = "t.mautic_contact_id = any(:contacts)";

    /** Stores a report; false when it is known. */
    boolean add(Handle handle, Event.BounceReport report) {
        EventDetails about = report.details();
        return handle.createUpdate("""
                        insert into mautic_sync.bounce_report (report_key, mautic_contact_id, mautic_email_id)
                        values (:key, cast(:contact as bigint), :email) on conflict (report_key) do nothing
                        """)
                        .bind("key", report.key())
                        .bind("contact", text(about.contact().id()))
                        .bind("email", emailId(about))
                        .execute()
                > 0;
    }

    /** Links a new report to a bounce that was counted before the report arrived, and answers its row. */
    Optional<UUID> linkToCounted(Handle handle, Event.BounceReport report) {
        return handle.createQuery("""
                        update mautic_sync.bounce_report l set state = 'counted', event_key = counted.event_key
                          from (select g.id, g.event_key from public.customer_email_engagement g
                                 where g.mautic_contact_id = cast(:contact as bigint) and g.event_key like 'bounce:%'
                                   and g.instance = mautic_sync.current_instance()
                                   and (cast(:email as text) is null or g.mautic_email_id = :email)
                                   and not exists (select from mautic_sync.bounce_report tied
                                                    where tied.event_key = g.event_key)
                                 order by g.occurred_at limit 1) counted
                         where l.report_key = :key
                        returning counted.id
                        """)
                .bind("contact", text(report.details().contact().id()))
                .bind("email", emailId(report.details()))
                .bind("key", report.key())
                .mapTo(UUID.class)
                .findOne();
    }

    /** The report is about the bounce with this key, which counts; it may be the report's own. */
    void counted(Handle handle, String reportKey, String eventKey) {
        handle.createUpdate("""
                        with counted as (
                          update mautic_sync.bounce_report set state = 'counted', event_key = :event
                           where report_key = :report and state <> 'counted' returning event_key
                        )
                        update public.customer_email_engagement g set event_type = 'bounce'
                          from counted
                         where g.event_key = counted.event_key and g.instance = mautic_sync.current_instance()
                        """)
                .bind("report", reportKey)
                .bind("event", eventKey)
                .execute();
    }

    /** A bounce that Amazon reported gets the key of the failed e-mail, which Mautic's table has. */
    void rename(Handle handle, String sesKey, Event.Bounce bounce) {
        handle.createUpdate("update mautic_sync.bounce_report set event_key = :key where event_key = :ses")
                .bind("key", bounce.key())
                .bind("ses", sesKey)
                .execute();
        handle.createUpdate("""
                        update public.customer_email_engagement g
                           set event_key = :key, mautic_contact_id = cast(:contact as bigint),
                               mautic_email_id = coalesce(:email, g.mautic_email_id)
                         where g.event_key = :ses and g.instance = mautic_sync.current_instance()
                        """)
                .bind("key", bounce.key())
                .bind("ses", sesKey)
                .bind("contact", text(bounce.details().contact().id()))
                .bind("email", emailId(bounce.details()))
                .execute();
    }

    /** Gives the row of a report the key of the failed e-mail; empty when there is no report whose e-mail it may be. */
    Optional<UUID> takeOver(Handle handle, Event.Bounce bounce) {
        EventDetails about = bounce.details();
        return handle.createQuery("""
                        with report as (
                          select l.report_key from mautic_sync.bounce_report l
                           where l.mautic_contact_id = cast(:contact as bigint)
                             and (l.state <> 'counted' or l.event_key = l.report_key)
                             and (l.mautic_email_id is null or l.mautic_email_id = :email)
                             and not exists (select from public.customer_email_engagement g
                                              where g.event_key = :key and g.instance = mautic_sync.current_instance())
                           order by l.mautic_email_id nulls last, l.seen_at limit 1 for update
                        ), tied as (
                          update mautic_sync.bounce_report l set state = 'counted', event_key = :key
                            from report where l.report_key = report.report_key
                        )
                        update public.customer_email_engagement g
                           set event_key = :key, event_type = 'bounce', occurred_at = :at,
                               mautic_email_id = coalesce(:email, g.mautic_email_id)
                          from report where g.event_key = report.report_key and g.instance = mautic_sync.current_instance()
                        returning g.id
                        """)
                .bind("contact", text(about.contact().id()))
                .bind("email", emailId(about))
                .bind("key", bounce.key())
                .bind("at", Timestamp.from(about.occurredAt()))
                .mapTo(UUID.class)
                .findOne();
    }

    /**
     * Reports whose e-mail is still to be looked up, the oldest first: those that do not count without it, and those that
     * count already, for a day.
     */
    public List<Open> open(Jdbi jdbi, int most) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select report_key, mautic_contact_id, seen_at < now() - interval '1 day' as old
                          from mautic_sync.bounce_report
                         where (state = 'open' or event_key = report_key)
                           and (state = 'open' or seen_at > now() - interval '1 day')
                         order by state desc, seen_at limit :most
                        """)
                .bind("most", most)
                .map((row, context) -> new Open(
                        row.getString("report_key"),
                        row.getObject("mautic_contact_id", Long.class),
                        row.getBoolean("old")))
                .list());
    }

    /** There is no failed e-mail: the contact was set to bounced over the API. The report never counts as a bounce. */
    public void noBounce(Handle handle, String reportKey) {
        handle.createUpdate("""
                        with resolved as (
                          update mautic_sync.bounce_report set state = 'no_bounce'
                           where report_key = :key and state = 'open' returning report_key
                        )
                        update public.customer_email_engagement g set event_type = 'do_not_contact'
                          from resolved
                         where g.event_key = resolved.report_key and g.instance = mautic_sync.current_instance()
                        """).bind("key", reportKey).execute();
    }

    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("delete from mautic_sync.bounce_report");
    }

    @Override
    public String table() {
        return "mautic_sync.bounce_report";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("delete from mautic_sync.bounce_report t where " + OF_PERSON))
                .execute();
    }

    private static @Nullable String emailId(EventDetails about) {
        return about.email() == null ? null : String.valueOf(about.email().id());
    }

    private static @Nullable String text(@Nullable Long id) {
        return id == null ? null : id.toString();
    }

    /**
     * A report whose e-mail was not found yet.
     *
     * @param old whether it is older than a day
     */
    public record Open(String reportKey, @Nullable Long contactId, boolean old) {}
}
