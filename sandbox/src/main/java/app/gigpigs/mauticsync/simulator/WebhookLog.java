package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.WebhookPost.Outcome;
import java.time.Duration;

/** The table webhook_logs, and what Mautic does after a failed delivery. */
final class WebhookLog {
    private static final int LOGS_KEPT = 1_000;
    private static final int FAILURES_ALLOWED = 100;
    private static final Duration PROTECTED_AFTER_CHANGE = Duration.ofDays(2);

    private final Table<StatsTables.Logged> logs;
    private final Time time;

    WebhookLog(Table<StatsTables.Logged> logs, Time time) {
        this.logs = logs;
        this.time = time;
    }

    /** Records the outcome; after 100 failures Mautic switches off a webhook that was not changed for two days. */
    void note(StoredWebhook webhook, Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            log(webhook, String.valueOf(answered.status()), "");
            if (answered.good()) {
                webhook.worked();
                return;
            }
            if (answered.status() == 410) {
                webhook.unpublish();
            }
            log(webhook, "N/A", webhook.address().url() + " returned " + answered.status());
        } else if (outcome instanceof Outcome.Broken broken) {
            log(webhook, "N/A", broken.reason());
        }
        boolean old = webhook.lastChange().plus(PROTECTED_AFTER_CHANGE).isBefore(time.now());
        if (webhook.failed() >= FAILURES_ALLOWED && old) {
            webhook.unpublish();
        }
    }

    private void log(StoredWebhook webhook, String status, String message) {
        long id = logs.nextId();
        logs.add(new StatsTables.Logged(id, webhook.id, status, time.now(), message));
        if (id % LOGS_KEPT == 0) {
            logs.removeIf(row -> row.id() <= id - LOGS_KEPT);
        }
    }
}
