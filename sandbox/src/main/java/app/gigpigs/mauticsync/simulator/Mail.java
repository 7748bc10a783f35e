package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** An e-mail in Mautic. */
final class Mail {
    private static final Pattern LINK = Pattern.compile("href=\"(https?://[^\"]+)\"");

    final long id;
    final Text text;
    final Instant created;
    /** The segments it is sent to; empty for a template. */
    final List<Long> segments;

    /** The addresses of the links in it. */
    final List<String> links;

    private final AtomicLong sent = new AtomicLong();

    Mail(long id, Text text, Instant created, List<Long> segments) {
        this.id = id;
        this.text = text;
        this.created = created;
        this.segments = List.copyOf(segments);
        this.links = LINK.matcher(text.html())
                .results()
                .map(link -> link.group(1))
                .distinct()
                .toList();
    }

    /** The content that its author set. */
    record Text(String name, String subject, String type, String html) {}

    void sentOnce() {
        sent.incrementAndGet();
    }

    long sent() {
        return sent.get();
    }
}
