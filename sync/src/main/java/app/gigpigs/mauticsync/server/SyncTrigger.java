package app.gigpigs.mauticsync.server;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/**
 * {@code POST /functions/v1/mautic-sync}, the original design's path: a caller with the token makes the next run due
 * now. Answers at once, because a caller such as pg_net waits only some seconds, and a run may take hours.
 */
final class SyncTrigger {
    private static final String PATH = "/functions/v1/mautic-sync";

    private final Optional<String> token;
    private final RefreshSignal signal;

    /**
     * Adds no path yet.
     *
     * @param token if empty, every request is rejected
     */
    SyncTrigger(Optional<String> token, RefreshSignal signal) {
        this.token = token;
        this.signal = signal;
    }

    /** Adds its path to the server. */
    void routes(JavalinConfig config) {
        config.routes.post(PATH, this::receive);
    }

    private void receive(Context context) {
        if (!allowed(context.header("Authorization"))) {
            context.status(401).json(Map.of("run", "rejected: send Authorization: Bearer with SYNC_TRIGGER_TOKEN"));
            return;
        }
        try {
            signal.ask();
            context.status(202).json(Map.of("run", "due"));
        } catch (JdbiException e) {
            context.status(503).json(Map.of("run", "not requested", "database", "does not answer"));
        }
    }

    private boolean allowed(@org.jspecify.annotations.Nullable String header) {
        byte[] given = String.valueOf(header).getBytes(StandardCharsets.UTF_8);
        // Compares every byte, so that the duration reveals nothing about the token.
        return token.map(secret -> ("Bearer " + secret).getBytes(StandardCharsets.UTF_8))
                .filter(wanted -> MessageDigest.isEqual(wanted, given))
                .isPresent();
    }
}
