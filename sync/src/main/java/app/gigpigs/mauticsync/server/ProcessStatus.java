package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.inbound.webhook.MauticWebhook;
import app.gigpigs.mauticsync.status.StatusFields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What only this process knows: the deliveries since its start, and which of its tasks fail at the moment. */
final class ProcessStatus {
    private static final Logger log = LoggerFactory.getLogger(ProcessStatus.class);

    private final MauticWebhook webhook;
    private final List<FailureLog> tasks;
    private final Supplier<String> metrics;
    private MauticWebhook.Counts logged = new MauticWebhook.Counts(0, 0, 0, 0);

    ProcessStatus(MauticWebhook webhook, List<FailureLog> tasks, Supplier<String> metrics) {
        this.webhook = webhook;
        this.metrics = metrics;
        this.tasks = List.copyOf(tasks);
    }

    /** What Prometheus reads. */
    String metrics() {
        return metrics.get();
    }

    Map<String, @Nullable Object> fields() {
        MauticWebhook.Counts counts = webhook.counts();
        Map<String, @Nullable Object> deliveries = new LinkedHashMap<>();
        deliveries.put("accepted", counts.accepted());
        deliveries.put("rejected", counts.rejected());
        deliveries.put(
                "lastRejected", webhook.lastRejected().map(Instant::toString).orElse(null));
        deliveries.put("tooLong", counts.tooLong());
        deliveries.put("unanswered", counts.unanswered());
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("deliveries", deliveries);
        Map<String, @Nullable Object> failing = new LinkedHashMap<>();
        tasks.forEach(
                task -> task.current().ifPresent(failure -> failing.put(task.work(), StatusFields.failure(failure))));
        fields.put("failing", failing);
        return fields;
    }

    /** One line for all deliveries since the last one; nothing when there were none. */
    void logDeliveries() {
        MauticWebhook.Counts now = webhook.counts();
        if (now.equals(logged)) {
            return;
        }
        log.info(
                "deliveries in the last minute: {} accepted, {} rejected, {} too long, {} without an answer",
                now.accepted() - logged.accepted(),
                now.rejected() - logged.rejected(),
                now.tooLong() - logged.tooLong(),
                now.unanswered() - logged.unanswered());
        logged = now;
    }
}
