package app.gigpigs.mauticsync.status;

import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunHistory.Run;
import app.gigpigs.mauticsync.runs.Waits;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as JSON: the same from the command status and from {@code /status}. Pure. */
public final class StatusFields {
    private StatusFields() {}

    /** Times are ISO-8601 in UTC. */
    public static Map<String, @Nullable Object> of(StatusReport report, List<Failure> problems) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("status", problems.isEmpty() ? "ok" : "problem");
        fields.put("problems", problems.stream().map(StatusFields::failure).toList());
        CustomerCounts counts = report.customers();
        fields.put("customers", counts.states());
        fields.put("withWarnings", counts.withWarnings());
        fields.put("inFlight", counts.inFlight());
        fields.put("doNotContact", counts.doNotContact());
        fields.put("outbound", outbound(report.runs()));
        fields.put("inbound", inbound(report.inbound()));
        fields.put("optOuts", optOuts(report.outbox()));
        fields.put("waits", report.waits().stream().map(StatusFields::wait).toList());
        return fields;
    }

    /** A failure. */
    public static Map<String, @Nullable Object> failure(@Nullable Failure failure) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("errorCode", failure == null ? null : failure.code().id());
        fields.put("error", failure == null ? null : failure.message());
        return fields;
    }

    /** A run; what it pushed is known from its beginning on. */
    public static Map<String, @Nullable Object> run(Run run) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", run.id().toString());
        fields.put("started", run.started().toString());
        fields.put("finished", time(run.finished()));
        fields.put("status", run.ending().status());
        fields.put("triggeredBy", run.ending().triggeredBy());
        fields.put("pushed", run.pushed().synced());
        fields.put("rejected", run.pushed().rejected());
        fields.putAll(failure(run.ending().failure()));
        return fields;
    }

    private static Map<String, @Nullable Object> outbound(RunsStatus runs) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("lastGoodRun", time(runs.lastGood().orElse(null)));
        fields.put("lastRun", runs.last().map(StatusFields::run).orElse(null));
        fields.put("failuresInRow", runs.failuresInRow());
        fields.put("nextRun", time(runs.next().orElse(null)));
        fields.put("paused", runs.paused().map(PauseSwitch.Paused::message).orElse(null));
        return fields;
    }

    private static Map<String, @Nullable Object> inbound(InboundReport inbound) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("caughtUp", time(inbound.tables().caughtUp().orElse(null)));
        fields.put("catchUp", inbound.catchUp().map(StatusFields::failure).orElse(null));
        fields.put("lastDelivery", time(inbound.lastDelivery().orElse(null)));
        fields.put("dueSince", time(inbound.tables().dueSince().orElse(null)));
        fields.put("deadDeliveries", inbound.tables().dead());
        fields.put("rejected", inbound.tables().rejected());
        fields.put("webhook", inbound.webhook().map(StatusFields::webhook).orElse(null));
        return fields;
    }

    private static Map<String, Object> webhook(WebhookHealth webhook) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("healthy", webhook.healthy());
        fields.put("message", webhook.message());
        fields.put("since", webhook.since().toString());
        fields.put("checked", webhook.checked().toString());
        return fields;
    }

    private static Map<String, @Nullable Object> optOuts(OutboxStatus outbox) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("withoutTriggers", outbox.withoutTriggers());
        fields.put("waiting", outbox.waiting());
        fields.put("since", time(outbox.since().orElse(null)));
        fields.put("held", outbox.held());
        return fields;
    }

    private static Map<String, Object> wait(Waits.Wait wait) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("why", wait.why());
        fields.put("since", wait.since().toString());
        fields.put("until", wait.until().toString());
        return fields;
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
