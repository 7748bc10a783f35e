package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.instance.InstanceTable;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Installation.WantedWebhook;
import app.gigpigs.mauticsync.setup.check.WebhookChecks;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of Mautic's webhook, stored in the database so that {@code status} can show it without asking Mautic. Each
 * change is logged once, by the process that sees it first.
 */
public final class WebhookMonitor implements InstanceTable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookMonitor.class);

    private final Jdbi jdbi;

    /** Reads and writes the given database. */
    public WebhookMonitor(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Asks Mautic and stores the state. A Mautic that does not answer changes nothing; runs report that. */
    public void look(Mautic mautic, WantedWebhook wanted) {
        List<Finding> findings;
        try {
            findings = new WebhookChecks(mautic.webhooks(), wanted).findings();
        } catch (MauticException e) {
            LOG.debug("the webhook's state is not known: {}", e.getMessage());
            return;
        }
        Observed observed = Observed.of(findings);
        if (store(observed)) {
            if (observed.healthy()) {
                LOG.info("{}", observed.message());
            } else {
                LOG.warn(new Failure(ErrorCode.WEBHOOK_MISSING, observed.message() + " (./mautic-sync setup fixes it)")
                        .line());
            }
        }
    }

    private record Observed(boolean healthy, String message) {
        static Observed of(List<Finding> findings) {
            return new Observed(
                    findings.stream().noneMatch(Finding::bad),
                    findings.stream()
                            .map(finding -> finding.subject() + ": " + finding.message())
                            .collect(Collectors.joining("; ")));
        }
    }

    /** Returns whether the state changed. */
    private boolean store(Observed observed) {
        return jdbi.withHandle(handle -> {
            boolean changed = handle.createUpdate("""
                            insert into mautic_sync.webhook_health as h (healthy, message) values (:healthy, :message)
                            on conflict (only_row) do update
                               set healthy = excluded.healthy, message = excluded.message, since = now(), checked_at = now()
                             where (h.healthy, h.message) is distinct from (excluded.healthy, excluded.message)
                            """)
                            .bind("healthy", observed.healthy())
                            .bind("message", observed.message())
                            .execute()
                    == 1;
            handle.execute("update mautic_sync.webhook_health set checked_at = now()");
            return changed;
        });
    }

    @Override
    public void forget(Handle handle, int instance) {
        handle.execute("delete from mautic_sync.webhook_health");
    }
}
