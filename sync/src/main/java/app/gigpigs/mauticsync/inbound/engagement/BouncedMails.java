package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.erasure.PersonIdentifiers;
import app.gigpigs.mauticsync.consent.erasure.PersonalDataTable;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Ids;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Known;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Progress;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Row;
import app.gigpigs.mauticsync.inbound.engagement.BouncedMail.Times;
import app.gigpigs.mauticsync.inbound.event.BounceSeverity;
import app.gigpigs.mauticsync.instance.InstanceTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table mautic_sync.bounced_mail: the mails that bounced, each once, and by whom they are known. */
public final class BouncedMails implements PersonalDataTable, InstanceTable {
    private static final long LOCK = 7_105_114_112_105_103L;
    private static final String SELECT = """
            select m.*, g.event_key, coalesce(p.effect_due, false) as due,
                   exists (select from mautic_sync.bounce_report r where r.event_key = g.event_key) as reported
              from mautic_sync.bounced_mail m
              join public.customer_email_engagement g on g.id = m.event_id
              left join mautic_sync.pending_event p on p.event_id = m.event_id
            """;
    private static final String OF_PERSON = "t.address = :email";

    /** One bounce after the other: two that are about the same mail must not both find that it is new. */
    void lock(Handle handle) {
        handle.createQuery("select pg_advisory_xact_lock(:lock)")
                .bind("lock", LOCK)
                .map((row, context) -> 0)
                .one();
    }

    /** The mails to the address of this one that bounced. */
    List<Known> toSameAddress(Handle handle, BouncedMail mail) {
        return handle.createQuery(SELECT + " where m.address = :address order by m.bounced_at, m.event_id")
                .bind("address", mail.address())
                .map((row, context) -> known(row))
                .list();
    }

    /** The mail of this row of customer_email_engagement. */
    Optional<Known> of(Handle handle, UUID row) {
        return handle.createQuery(SELECT + " where m.event_id = :row")
                .bind("row", row)
                .map((each, context) -> known(each))
                .findOne();
    }

    private static Known known(ResultSet row) throws SQLException {
        Timestamp sent = row.getTimestamp("sent_at");
        return new Known(
                new Row(row.getObject("event_id", UUID.class), row.getString("event_key")),
                new BouncedMail(
                        row.getString("address"),
                        new Ids(
                                row.getObject("mautic_stat_id", Long.class),
                                row.getString("mautic_email_id"),
                                row.getString("tracking_hash"),
                                row.getString("ses_message_id")),
                        new Times(
                                sent == null ? null : sent.toInstant(),
                                row.getTimestamp("bounced_at").toInstant())),
                new Progress(
                        row.getBoolean("counted"),
                        row.getBoolean("due"),
                        row.getBoolean("permanent"),
                        row.getBoolean("reported")));
    }

    /** Stores a mail under its row, or adds to it what is known now. */
    void put(Handle handle, UUID row, BouncedMail mail, BounceSeverity severity) {
        handle.createUpdate("""
                        insert into mautic_sync.bounced_mail as m
                          (event_id, address, mautic_stat_id, mautic_email_id, tracking_hash, ses_message_id,
                           sent_at, bounced_at, permanent)
                        values (:row, :address, cast(:stat as bigint), :email, :hash, :ses, :sent, :bounced, :permanent)
                        on conflict (event_id) do update
                           set address = coalesce(m.address, excluded.address),
                               mautic_stat_id = coalesce(m.mautic_stat_id, excluded.mautic_stat_id),
                               mautic_email_id = coalesce(m.mautic_email_id, excluded.mautic_email_id),
                               tracking_hash = coalesce(m.tracking_hash, excluded.tracking_hash),
                               ses_message_id = coalesce(m.ses_message_id, excluded.ses_message_id),
                               sent_at = coalesce(m.sent_at, excluded.sent_at),
                               permanent = m.permanent or excluded.permanent
                        """)
                .bind("row", row)
                .bind("address", mail.address())
                .bind("stat", text(mail.ids().stat()))
                .bind("email", mail.ids().emailId())
                .bind("hash", mail.ids().trackingHash())
                .bind("ses", mail.ids().sesMessageId())
                .bind("sent", timestamp(mail.times().sent()))
                .bind("bounced", Timestamp.from(mail.times().bounced()))
                .bind("permanent", severity == BounceSeverity.PERMANENT)
                .execute();
    }

    /** The CRM's address has the mail in its count now. */
    void counted(Handle handle, UUID row) {
        handle.createUpdate("update mautic_sync.bounced_mail set counted = true where event_id = :row")
                .bind("row", row)
                .execute();
    }

    /** Amazon's ids stay: the same message may be delivered again. Mautic's would be other mails'. */
    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("delete from mautic_sync.bounced_mail where ses_message_id is null");
        handle.execute("""
                update mautic_sync.bounced_mail set mautic_stat_id = null, mautic_email_id = null, tracking_hash = null
                """);
    }

    @Override
    public String table() {
        return "mautic_sync.bounced_mail";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return person.bind(handle.createUpdate("delete from mautic_sync.bounced_mail t where " + OF_PERSON))
                .execute();
    }

    private static @Nullable String text(@Nullable Long id) {
        return id == null ? null : id.toString();
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant time) {
        return time == null ? null : Timestamp.from(time);
    }
}
