package app.gigpigs.mauticsync.simulator;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of page_hits: a followed link of an e-mail, or a visited page. */
record PageHit(long id, Instant at, @Nullable Link link, long contactId, Page page) {
    /** The link of the e-mail. */
    record Link(MailStat stat, Redirect redirect) {}

    /** The visited page, and the browser. */
    record Page(String url, String userAgent) {}

    @Nullable
    Mail mail() {
        return link == null ? null : link.stat().mail;
    }

    @Nullable
    String source() {
        return link == null ? null : "email";
    }

    @Nullable
    Long sourceId() {
        return link == null ? null : link.stat().mail.id;
    }

    /** The query of the address together with the link's own parameters, all as text. */
    Map<String, Object> query(MauticVersion version) {
        Map<String, Object> query = new LinkedHashMap<>();
        String asked = URI.create(page.url()).getRawQuery();
        if (asked != null) {
            query.putAll(Request.form(asked));
        }
        if (link != null) {
            query.put("ct", carried(link.stat(), version));
        }
        query.put("page_url", page.url());
        return query;
    }

    private static Map<String, Object> carried(MailStat stat, MauticVersion version) {
        Map<String, Object> carried = new LinkedHashMap<>();
        carried.put("source", List.of(stat.origin.source(), String.valueOf(stat.origin.sourceId())));
        carried.put("email", String.valueOf(stat.mail.id));
        carried.put("stat", stat.hash());
        if (version.linksHaveSentTime()) {
            carried.put("sent_time", String.valueOf(stat.origin.sent().getEpochSecond()));
        }
        carried.put("lead", String.valueOf(stat.recipient.contactId()));
        carried.put("channel", Map.of("email", String.valueOf(stat.mail.id)));
        return carried;
    }
}
