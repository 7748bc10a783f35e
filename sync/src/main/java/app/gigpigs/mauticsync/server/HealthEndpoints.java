package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.status.InboundStatus;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Health for monitoring: {@code /healthz} whether the process works (restart it when not), {@code /readyz} whether the
 * database answers, {@code /status} whether customers reach Mautic and events reach the CRM.
 */
final class HealthEndpoints {
    /** The scheduler beats every few seconds; a restart of the database makes it miss some beats. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    private final ServerSettings settings;
    private final Jdbi jdbi;
    private final Heartbeat heartbeat;

    HealthEndpoints(ServerSettings settings, Jdbi jdbi, Heartbeat heartbeat) {
        this.settings = settings;
        this.jdbi = jdbi;
        this.heartbeat = heartbeat;
    }

    /** Adds its paths to the server. */
    void routes(JavalinConfig config) {
        config.routes.get("/healthz", this::alive);
        config.routes.get("/readyz", this::ready);
        config.routes.get("/status", this::status);
    }

    private void alive(Context context) {
        Duration silence = heartbeat.age();
        boolean well = silence.compareTo(LONGEST_SILENCE) < 0;
        answer(
                context,
                well ? 200 : 503,
                fields("scheduler", well ? "ok" : "silent", "secondsSinceLastBeat", silence.toSeconds()));
    }

    private void ready(Context context) {
        try {
            jdbi.useHandle(handle -> handle.execute("select 1 from mautic_sync.schema_version"));
            answer(context, 200, fields("database", "ok"));
        } catch (JdbiException e) {
            answer(context, 503, fields("database", "does not answer"));
        }
    }

    private void status(Context context) {
        try {
            Optional<Instant> lastGood = new RunHistory(jdbi).lastGood();
            Optional<PauseSwitch.Paused> paused = new PauseSwitch(jdbi).current(Lease.OUTBOUND);
            Instant now = InstantSource.system().instant();
            boolean fresh = lastGood.isPresent()
                    && Duration.between(lastGood.get(), now).compareTo(settings.staleAfter()) < 0;
            Map<String, @Nullable Object> fields = fields("sync", fresh ? "ok" : "stale");
            fields.put("lastGoodRun", lastGood.map(Instant::toString).orElse(null));
            fields.put("paused", paused.map(PauseSwitch.Paused::message).orElse(null));
            InboundStatus inbound = InboundStatus.of(jdbi);
            boolean late = inbound.stale(settings.staleAfter(), now);
            fields.put("inbound", late ? "stale" : "ok");
            fields.put("caughtUp", inbound.caughtUp().map(Instant::toString).orElse(null));
            fields.put("dueSince", inbound.dueSince().map(Instant::toString).orElse(null));
            fields.put("deadDeliveries", inbound.dead());
            fields.put("rejected", inbound.rejected());
            answer(context, fresh && !late ? 200 : 503, fields);
        } catch (JdbiException e) {
            answer(context, 503, fields("sync", "unknown", "database", "does not answer"));
        }
    }

    private static Map<String, @Nullable Object> fields(Object... pairs) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put(pairs[i].toString(), pairs[i + 1]);
        }
        return fields;
    }

    private static void answer(Context context, int status, Map<String, @Nullable Object> fields) {
        context.status(status).json(fields);
    }
}
