package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.Table.Columns;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The columns of the statistics tables, as recorded; columns that were always empty exist for conditions only. */
final class StatsColumns {
    private StatsColumns() {}

    static Columns<MailStat> mails(LongFunction<@Nullable Object> lead) {
        return Columns.<MailStat>none()
                .with("id", row -> row.id)
                .with("email_id", row -> row.mail.id)
                .with("lead_id", row -> lead.apply(row.recipient.contactId()))
                .with("list_id", row -> row.origin.segmentId())
                .with("ip_id", row -> row.read() == null ? null : 1)
                .with("copy_id", row -> null)
                .with("email_address", row -> row.recipient.address())
                .with("date_sent", row -> row.origin.sent())
                .with("is_read", row -> row.read() != null)
                .with("is_failed", MailStat::failed)
                .with("viewed_in_browser", row -> false)
                .with("date_read", MailStat::read)
                .with("tracking_hash", MailStat::hash)
                .with("retry_count", row -> 0)
                .with("source", row -> row.origin.source())
                .with("source_id", row -> row.origin.sourceId())
                .with("tokens", row -> null)
                .with("open_count", MailStat::openCount)
                .with("last_opened", MailStat::lastOpened)
                .with("open_details", MailStat::details);
    }

    static Columns<StatsTables.Opened> opens() {
        return Columns.<StatsTables.Opened>none()
                .with("id", StatsTables.Opened::id)
                .with("device_id", row -> 1)
                .with("stat_id", row -> row.stat().id)
                .with("ip_id", row -> 1)
                .with("date_opened", StatsTables.Opened::at);
    }

    static Columns<PageHit> hits(LongFunction<@Nullable Object> lead, MauticVersion version) {
        Columns<PageHit> columns = Columns.<PageHit>none()
                .with("id", PageHit::id)
                .with(
                        "redirect_id",
                        row -> row.link() == null ? null : row.link().redirect().id)
                .with("email_id", PageHit::sourceId)
                .with("lead_id", row -> lead.apply(row.contactId()))
                .with("ip_id", row -> 1)
                .with("device_id", row -> 1)
                .with("date_hit", PageHit::at)
                .with("code", row -> 200)
                .with("url", row -> row.page().url())
                .with("user_agent", row -> row.page().userAgent())
                .with("browser_languages", row -> "a:0:{}")
                .with("tracking_id", row -> "h2ppt9z1sa7ec5t7uv5r55e")
                .with("source", PageHit::source)
                .with("source_id", PageHit::sourceId)
                .with("query", row -> Php.serialize(row.query(version)));
        for (String empty : List.of("page_id", "date_left", "country", "region", "city", "isp", "organization")) {
            columns.with(empty, row -> null);
        }
        for (String empty : List.of("referer", "url_title", "remote_host", "page_language")) {
            columns.with(empty, row -> null);
        }
        return columns;
    }

    static Columns<Redirect> redirects() {
        Columns<Redirect> columns = Columns.<Redirect>none()
                .with("id", row -> row.id)
                .with("is_published", row -> true)
                .with("date_added", row -> row.added)
                .with("created_by_user", row -> ConsentChanges.API)
                .with("redirect_id", Redirect::name)
                .with("url", row -> row.url)
                .with("hits", Redirect::hits)
                .with("unique_hits", Redirect::uniqueHits);
        for (String empty : List.of("checked_out", "checked_out_by", "checked_out_by_user", "created_by")) {
            columns.with(empty, row -> null);
        }
        for (String empty : List.of("date_modified", "modified_by", "modified_by_user")) {
            columns.with(empty, row -> null);
        }
        return columns;
    }

    static Columns<StatsTables.Deleted> deletions() {
        return Columns.<StatsTables.Deleted>none()
                .with("id", StatsTables.Deleted::id)
                .with("user_id", row -> "0")
                .with("user_name", row -> ConsentChanges.API)
                .with("bundle", row -> "lead")
                .with("object", row -> "lead")
                .with("object_id", StatsTables.Deleted::contactId)
                .with("action", row -> "delete")
                .with("details", row -> "a:0:{}")
                .with("date_added", StatsTables.Deleted::at)
                .with("ip_address", row -> "127.0.0.1");
    }

    static Columns<StatsTables.Logged> logs() {
        return Columns.<StatsTables.Logged>none()
                .with("id", StatsTables.Logged::id)
                .with("webhook_id", StatsTables.Logged::webhookId)
                .with("status_code", StatsTables.Logged::status)
                .with("date_added", StatsTables.Logged::at)
                .with("note", StatsTables.Logged::note)
                .with("runtime", row -> "0");
    }
}
