package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.http.Answer;
import app.gigpigs.mauticsync.http.Route;
import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import app.gigpigs.mauticsync.status.StatusFields;
import app.gigpigs.mauticsync.status.StatusReport;
import app.gigpigs.mauticsync.status.StatusRules;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Health for monitoring: {@code /healthz} whether the process works (restart it when not), {@code /readyz} whether a
 * delivery can be stored, {@code /status} whether customers reach Mautic and events reach the CRM, and if not, why.
 */
final class HealthEndpoints {
    /** The scheduler beats every few seconds; a restart of the database makes it miss some beats. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final StatusRules rules;
    private final Supplier<StatusReport> report;
    private final DeliveryStore store;
    private final Heartbeat heartbeat;
    private final ProcessStatus process;

    HealthEndpoints(
            StatusRules rules,
            Supplier<StatusReport> report,
            DeliveryStore store,
            Heartbeat heartbeat,
            ProcessStatus process) {
        this.rules = rules;
        this.report = report;
        this.store = store;
        this.heartbeat = heartbeat;
        this.process = process;
    }

    /** What anybody may know. */
    Route alive() {
        return Route.immediate("/healthz", this::answerAlive);
    }

    /**
     * What only the operator may know.
     *
     * @param readiness where /readyz is answered, which must not wait for /status
     * @param status where /status and /metrics are answered
     */
    List<Route> administration(Executor readiness, Executor status) {
        return List.of(
                new Route("GET", "/readyz", 0, (headers, body) -> ready(), readiness),
                new Route("GET", "/status", 0, (headers, body) -> status(), status),
                new Route(
                        "GET",
                        "/metrics",
                        0,
                        (headers, body) -> new Answer.Response(
                                200, PROMETHEUS, process.metrics().getBytes(StandardCharsets.UTF_8)),
                        status));
    }

    private Answer answerAlive() {
        Duration silence = heartbeat.age();
        boolean well = silence.compareTo(LONGEST_SILENCE) < 0;
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("scheduler", well ? "ok" : "silent");
        fields.put("secondsSinceLastBeat", silence.toSeconds());
        return answer(well ? 200 : 503, fields);
    }

    private Answer ready() {
        Failure failure = store.failure().orElse(null);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("deliveries", failure == null ? "can be stored" : "cannot be stored");
        fields.putAll(StatusFields.failure(failure));
        return answer(failure == null ? 200 : 503, fields);
    }

    private Answer status() {
        List<Failure> problems = new ArrayList<>();
        store.failure().ifPresent(problems::add);
        Map<String, @Nullable Object> fields;
        try {
            StatusReport read = report.get();
            problems.addAll(rules.problems(read, InstantSource.system().instant()));
            fields = StatusFields.of(read, problems);
        } catch (JdbiException e) {
            fields = new LinkedHashMap<>();
            problems.add(Failure.of(e));
            fields.put("status", "unknown");
            fields.put("problems", problems.stream().map(StatusFields::failure).toList());
        }
        fields.put("process", process.fields());
        return answer(problems.isEmpty() ? 200 : 503, fields);
    }

    private static Answer answer(int status, Map<String, @Nullable Object> fields) {
        try {
            return Answer.json(status, JSON.writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text and numbers are JSON", e);
        }
    }
}
