package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Installation.WantedWebhook;
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
 * How Mautic's webhook is, kept in the table mautic_sync.webhook_health so that {@code status} tells it without Mautic.
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
    public void look(Mautic mautic, WantedWebhook wanted) {
        List<Finding> findings;
        try {
            findings = new WebhookChecks(mautic.webhooks(), wanted).findings();
        } catch (MauticException e) {
            LOG.debug("the webhook's state is not known: {}", e.getMessage());
            return;
        }
        boolean healthy = findings.stream().noneMatch(Finding::bad);
        String message = findings.stream()
                .map(finding -> finding.subject() + ": " + finding.message())
                .collect(Collectors.joining("; "));
        if (keep(healthy, message)) {
            if (healthy) {
                LOG.info("{}", message);
            } else {
                LOG.warn("{} (./mautic-sync setup mends it)", message);
            }
        }
    }

    /** Answers whether that is news. */
    private boolean keep(boolean healthy, String message) {
        return jdbi.withHandle(handle -> {
            boolean news = handle.createUpdate("""
                            insert into mautic_sync.webhook_health as h (healthy, message) values (:healthy, :message)
                            on conflict (only_row) do update
                               set healthy = excluded.healthy, message = excluded.message, since = now(), checked_at = now()
                             where (h.healthy, h.message) is distinct from (excluded.healthy, excluded.message)
                            """)
                            .bind("healthy", healthy)
                            .bind("message", message)
                            .execute()
                    == 1;
            handle.execute("update mautic_sync.webhook_health set checked_at = now()");
            return news;
        });
    }

    /** How it was when it was last looked at; empty when it never was. */
    public Optional<State> last() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select healthy, message, since, checked_at from mautic_sync.webhook_health")
                .map((row, context) -> new State(
                        row.getBoolean("healthy"),
                        row.getString("message"),
                        row.getObject("since", OffsetDateTime.class).toInstant(),
                        row.getObject("checked_at", OffsetDateTime.class).toInstant()))
                .findOne());
    }

    /** How it was, since when, and when that was seen last. */
    public record State(boolean healthy, String message, Instant since, Instant checked) {}
}
