package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.webhook.WebhookSettings;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * How the process that stays runs.
 *
 * @param due when a run is due
 * @param receiver how webhooks are received; the health endpoints answer there as well
 * @param inbound how they are worked off
 * @param upkeep what is done beside, and how often
 * @param staleAfter how old the last good run may be before {@code /status} answers 503
 */
public record ServerSettings(
        Due due, WebhookSettings receiver, InboundSettings inbound, Upkeep upkeep, Duration staleAfter) {
    /**
     * When a run is due, beside the CRM's refreshes.
     *
     * @param triggerToken who sends it may ask for a run over HTTP; without one nobody may
     */
    public record Due(Schedule schedule, Optional<String> triggerToken) {
        @Override
        public String toString() {
            return "Due[" + schedule + "]";
        }
    }

    /**
     * What is done beside.
     *
     * @param keepDeliveries how long raw deliveries are kept after they were applied; they are personal data
     * @param catchUpEvery the rest between two catch-ups
     */
    public record Upkeep(Duration keepDeliveries, Duration catchUpEvery) {}

    /**
     * Reads a time such as 15m, which is the rest between two runs, or a cron expression of five or six fields in UTC.
     *
     * @param time the text as a time, or null when it is none
     * @throws IllegalArgumentException when it is neither
     */
    public static Schedule schedule(String text, @org.jspecify.annotations.Nullable Duration time) {
        if (time != null) {
            if (time.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("is \"" + text + "\"; runs need at least a second between them");
            }
            return Schedules.fixedDelay(time);
        }
        try {
            String cron = text.strip().split("\\s+").length == 5 ? "0 " + text.strip() : text.strip();
            return Schedules.cron(cron, ZoneOffset.UTC);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "is \"" + text + "\"; write a time such as 15m, or a cron expression such as */15 * * * *", e);
        }
    }
}
