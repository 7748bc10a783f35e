package app.gigpigs.mauticsync.simulator;

import app.gigpigs.mauticsync.simulator.WebhookPost.Outcome;
import java.time.Duration;

/** The table webhook_logs, and what Mautic does after a failed delivery. */
final class WebhookLog {
    private static final int LOGS_KEPT = 1_000;
    private static final Duration PROTECTED_AFTER_CHANGE = Duration.ofDays(2);

    private final Table<StatsTables.Logged> logs;
    private final Time time;
    private final MauticVersion version;

    WebhookLog(Table<StatsTables.Logged> logs, Time time, MauticVersion version) {
        this.logs = logs;
        this.time = time;
        this.version = version;
    }

    /**
     * Records the outcome. A failure switches off a webhook that had no success among its last 100 rows, unless it was
     * changed within two days; a new webhook was never changed, so its first failed answer does it. Mautic then breaks
     * down, because the webhook has no user to tell.
     *
     * @return whether Mautic breaks down, although everything is stored
     */
    boolean note(StoredWebhook webhook, Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            return answered(webhook, answered);
        }
        boolean off = switchesOff(webhook); // without a row so far it does not, so the second failure does
        log(webhook, "N/A", ((Outcome.Broken) outcome).reason());
        return off && webhook.unpublish();
    }

    private boolean answered(StoredWebhook webhook, Outcome.Answered answered) {
        if (answered.good()) {
            log(webhook, String.valueOf(answered.status()), "");
            webhook.healthy();
            return false;
        }
        boolean twice = !version.retriesRejected();
        if (twice) {
            log(webhook, String.valueOf(answered.status()), "");
        }
        String note = webhook.address().url() + " returned " + answered.status();
        if (answered.status() == 410) {
            log(webhook, twice ? "N/A" : "410", note);
            webhook.unpublish();
            return version.breaksDownAt410();
        }
        if (!twice) {
            log(webhook, String.valueOf(answered.status()), note);
        }
        boolean off = switchesOff(webhook);
        if (twice) {
            log(webhook, "N/A", note);
        }
        return off && webhook.unpublish();
    }

    private boolean switchesOff(StoredWebhook webhook) {
        if (!webhook.onlyFailures()) {
            return false;
        }
        webhook.unhealthy(time.now());
        return webhook.lastChange()
                .map(change -> change.plus(PROTECTED_AFTER_CHANGE).isBefore(time.now()))
                .orElse(true);
    }

    private void log(StoredWebhook webhook, String status, String message) {
        webhook.logged(status.startsWith("2"));
        long id = logs.nextId();
        logs.add(new StatsTables.Logged(id, webhook.id, status, time.now(), message));
        if (id % LOGS_KEPT == 0) {
            logs.removeIf(row -> row.id() <= id - LOGS_KEPT);
        }
    }
}
