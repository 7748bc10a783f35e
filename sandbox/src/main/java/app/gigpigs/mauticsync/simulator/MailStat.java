package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of email_stats: one e-mail that was sent to one contact. Guarded by its own monitor. */
final class MailStat {
    final long id;
    final Mail mail;
    final Recipient recipient;
    final Origin origin;

    private final List<Opening> openings = new ArrayList<>(2);
    private final List<Opening> bounces = new ArrayList<>(0);

    MailStat(long id, Mail mail, Recipient recipient, Origin origin) {
        this.id = id;
        this.mail = mail;
        this.recipient = recipient;
        this.origin = origin;
    }

    /** The contact, and its address at that time. */
    record Recipient(long contactId, String address) {}

    /** The source that sent it, and when. */
    record Origin(String source, long sourceId, @Nullable Long segmentId, Instant sent) {}

    /** When, and with which browser, or the reason for a bounce. */
    record Opening(Instant at, String message) {}

    /** Like PHP's uniqid: the time in hexadecimal digits, then random decimal ones. */
    String hash() {
        return String.format("%013x%09d", 0x6b04d12fce808L + id, id * 610_604_651L % 1_000_000_000L);
    }

    synchronized void opened(Instant at, String userAgent) {
        openings.add(new Opening(at, userAgent));
    }

    synchronized void bounced(Instant at, String reason) {
        bounces.add(new Opening(at, reason));
    }

    synchronized List<Opening> openings() {
        return List.copyOf(openings);
    }

    synchronized int openCount() {
        return openings.size();
    }

    synchronized @Nullable Instant read() {
        return openings.isEmpty() ? null : openings.get(0).at();
    }

    synchronized @Nullable Instant lastOpened() {
        return openings.isEmpty() ? null : openings.get(openings.size() - 1).at();
    }

    synchronized boolean failed() {
        return !bounces.isEmpty();
    }

    /** The column open_details, serialized by PHP: the opens by number, the bounces by their name. */
    synchronized String details() {
        Map<Object, Object> details = new LinkedHashMap<>();
        for (Opening opening : openings) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("datetime", Time.table(opening.at()));
            one.put("useragent", opening.message());
            one.put("inBrowser", false);
            details.put(details.size(), one);
        }
        List<Object> failures = new ArrayList<>();
        for (Opening bounce : bounces) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("datetime", Time.table(bounce.at()));
            one.put("reason", bounce.message());
            failures.add(one);
        }
        if (!failures.isEmpty()) {
            details.put("bounces", failures);
        }
        return Php.serialize(details);
    }
}
