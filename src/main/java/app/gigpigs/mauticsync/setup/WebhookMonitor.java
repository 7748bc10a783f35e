package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Installation.Webhook;
import app.gigpigs.mauticsync.setup.check.WebhookChecks;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How Mautic's webhook is, kept in the table mautic_sync.hook_health so that {@code status} tells it without Mautic.
 * Every change of it is logged once, by whichever process sees it first.
 */
public final class WebhookMonitor {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookMonitor.class);

    private final Jdbi jdbi;

    /** Reads and writes the given database. */
    public WebhookMonitor(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Asks Mautic and keeps the answer; a Mautic that does not answer changes nothing, because runs tell that. */
    public void look(Mautic mautic, Webhook wanted) {
        List<Finding> findings;
        try {
            findings = new WebhookChecks(mautic.hooks(), wanted).findings();
        } catch (MauticException e) {
            LOG.debug("the webhook's state is not known: {}", e.getMessage());
            return;
        }
        boolean healthy = findings.stream().noneMatch(Finding::bad);
        String words = findings.stream()
                .map(finding -> finding.subject() + ": " + finding.words())
                .collect(Collectors.joining("; "));
        if (keep(healthy, words)) {
            if (healthy) {
                LOG.info("{}", words);
            } else {
                LOG.warn("{} (./mautic-sync setup mends it)", words);
            }
        }
    }

    /** Answers whether that is news. */
    private boolean keep(boolean healthy, String words) {
        return jdbi.withHandle(handle -> {
            boolean news = handle.createUpdate("""
                            insert into mautic_sync.hook_health as h (healthy, words) values (:healthy, :words)
                            on conflict (only_row) do update
                               set healthy = excluded.healthy, words = excluded.words, since = now(), checked_at = now()
                             where (h.healthy, h.words) is distinct from (excluded.healthy, excluded.words)
                            """)
                            .bind("healthy", healthy)
                            .bind("words", words)
                            .execute()
                    == 1;
            handle.execute("update mautic_sync.hook_health set checked_at = now()");
            return news;
        });
    }

    /** How it was when it was last looked at; empty when it never was. */
    public Optional<State> last() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select healthy, words, since, checked_at from mautic_sync.hook_health")
                .map((row, context) -> new State(
                        row.getBoolean("healthy"),
                        row.getString("words"),
                        row.getObject("since", OffsetDateTime.class).toInstant(),
                        row.getObject("checked_at", OffsetDateTime.class).toInstant()))
                .findOne());
    }

    /** How it was, since when, and when that was seen last. */
    public record State(boolean healthy, String words, Instant since, Instant checked) {}
}
