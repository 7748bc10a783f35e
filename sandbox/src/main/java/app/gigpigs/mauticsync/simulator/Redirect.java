package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** A row of page_redirects: a tracked link of one e-mail. Guarded by its own monitor. */
final class Redirect {
    final long id;
    final Mail mail;
    final String url;
    final Instant added;
    private final Set<Long> followers = new HashSet<>();
    private long hits;

    Redirect(long id, Mail mail, String url, Instant added) {
        this.id = id;
        this.mail = mail;
        this.url = url;
        this.added = added;
    }

    /** The name in the link's address, 25 hexadecimal digits. */
    String name() {
        return String.format("25da6faaf72297e%010x", 0xb5063710c2L + id);
    }

    synchronized void hit(long contactId) {
        hits++;
        followers.add(contactId);
    }

    synchronized long hits() {
        return hits;
    }

    synchronized int uniqueHits() {
        return followers.size();
    }
}
