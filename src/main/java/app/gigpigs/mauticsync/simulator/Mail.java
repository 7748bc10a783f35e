package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** An e-mail that somebody wrote in Mautic. */
final class Mail {
    private static final Pattern LINK = Pattern.compile("href=\"(https?://[^\"]+)\"");

    final long id;
    final Text text;
    final Instant created;
    /** The segments that it goes to; none for a template. */
    final List<Long> segments;

    /** Where the links in it lead. */
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

    /** What the author chose. */
    record Text(String name, String subject, String type, String html) {}

    void sentOnce() {
        sent.incrementAndGet();
    }

    long sent() {
        return sent.get();
    }
}
