package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.http.Answer;
import app.gigpigs.mauticsync.http.Endpoint;
import app.gigpigs.mauticsync.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/**
 * {@code POST /functions/v1/mautic-sync}, the original design's path: a caller with the token makes the next run due
 * now. Answers at once, because a caller such as pg_net waits only some seconds, and a run may take hours.
 */
final class SyncTrigger implements Endpoint {
    static final String PATH = "/functions/v1/mautic-sync";

    private final Optional<String> token;
    private final RefreshSignal signal;

    /**
     * Answers at the path.
     *
     * @param token if empty, every request is rejected
     */
    SyncTrigger(Optional<String> token, RefreshSignal signal) {
        this.token = token;
        this.signal = signal;
    }

    @Override
    public Optional<Answer> beforeBody(Headers headers) {
        return headers.only("Authorization").filter(this::allowed).isPresent()
                ? Optional.empty()
                : Optional.of(
                        Answer.json(401, "{\"run\":\"rejected: send Authorization: Bearer with SYNC_TRIGGER_TOKEN\"}"));
    }

    @Override
    public Answer answer(Headers headers, byte[] body) {
        try {
            signal.ask();
            return Answer.json(202, "{\"run\":\"due\"}");
        } catch (JdbiException e) {
            return Answer.json(503, "{\"run\":\"not requested\",\"database\":\"does not answer\"}");
        }
    }

    private boolean allowed(String header) {
        byte[] given = header.getBytes(StandardCharsets.UTF_8);
        // Compares every byte, so that the duration reveals nothing about the token.
        return token.map(secret -> ("Bearer " + secret).getBytes(StandardCharsets.UTF_8))
                .filter(wanted -> MessageDigest.isEqual(wanted, given))
                .isPresent();
    }
}
