package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.http.Answer;
import app.gigpigs.mauticsync.http.Route;
import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.status.InboundStatus;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Health for monitoring: {@code /healthz} whether the process works (restart it when not), {@code /readyz} whether a
 * delivery can be stored, {@code /status} whether customers reach Mautic and events reach the CRM.
 */
final class HealthEndpoints {
    /** The scheduler beats every few seconds; a restart of the database makes it miss some beats. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServerSettings settings;
    private final Jdbi jdbi;
    private final DeliveryStore store;
    private final Heartbeat heartbeat;

    HealthEndpoints(ServerSettings settings, Jdbi jdbi, DeliveryStore store, Heartbeat heartbeat) {
        this.settings = settings;
        this.jdbi = jdbi;
        this.store = store;
        this.heartbeat = heartbeat;
    }

    /** What anybody may know. */
    Route alive() {
        return Route.immediate("/healthz", this::answerAlive);
    }

    /**
     * What only the operator may know.
     *
     * @param readiness where /readyz is answered, which must not wait for /status
     * @param status where /status is answered
     */
    List<Route> administration(Executor readiness, Executor status) {
        return List.of(
                new Route("GET", "/readyz", 0, (headers, body) -> ready(), readiness),
                new Route("GET", "/status", 0, (headers, body) -> status(), status));
    }

    private Answer answerAlive() {
        Duration silence = heartbeat.age();
        boolean well = silence.compareTo(LONGEST_SILENCE) < 0;
        return answer(
                well ? 200 : 503,
                fields("scheduler", well ? "ok" : "silent", "secondsSinceLastBeat", silence.toSeconds()));
    }

    private Answer ready() {
        boolean ready = store.ready();
        return answer(ready ? 200 : 503, fields("deliveries", ready ? "can be stored" : "cannot be stored"));
    }

    private Answer status() {
        try {
            Optional<Instant> lastGood = new RunHistory(jdbi).lastGood();
            Optional<PauseSwitch.Paused> paused = new PauseSwitch(jdbi).current(Lease.OUTBOUND);
            Instant now = InstantSource.system().instant();
            boolean fresh = lastGood.isPresent()
                    && Duration.between(lastGood.get(), now)
                                    .compareTo(settings.administration().staleAfter())
                            < 0;
            Map<String, @Nullable Object> fields = fields("sync", fresh ? "ok" : "stale");
            fields.put("lastGoodRun", lastGood.map(Instant::toString).orElse(null));
            fields.put("paused", paused.map(PauseSwitch.Paused::message).orElse(null));
            InboundStatus inbound = InboundStatus.of(jdbi);
            boolean late = inbound.stale(settings.administration().staleAfter(), now);
            fields.put("inbound", late ? "stale" : "ok");
            fields.put("caughtUp", inbound.caughtUp().map(Instant::toString).orElse(null));
            fields.put("dueSince", inbound.dueSince().map(Instant::toString).orElse(null));
            fields.put("deadDeliveries", inbound.dead());
            fields.put("rejected", inbound.rejected());
            return answer(fresh && !late ? 200 : 503, fields);
        } catch (JdbiException e) {
            return answer(503, fields("sync", "unknown", "database", "does not answer"));
        }
    }

    private static Map<String, @Nullable Object> fields(Object... pairs) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put(pairs[i].toString(), pairs[i + 1]);
        }
        return fields;
    }

    private static Answer answer(int status, Map<String, @Nullable Object> fields) {
        try {
            return Answer.json(status, JSON.writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text and numbers are JSON", e);
        }
    }
}
