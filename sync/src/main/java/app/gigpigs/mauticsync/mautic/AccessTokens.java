package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens of the client credentials grant. A token is kept until shortly before it expires and shared by all
 * threads. Thread-safe.
 */
final class AccessTokens {
    private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(60);

    private final MauticSettings settings;
    private final Http http;
    private final Retries retries;
    private final InstantSource clock;
    private final AccessErrors errors;

    private @Nullable Token token;

    AccessTokens(MauticSettings settings, Http http, Retries retries, InstantSource clock) {
        this.settings = settings;
        this.http = http;
        this.retries = retries;
        this.clock = clock;
        this.errors = new AccessErrors(settings);
    }

    /** The token to use; a new one when there is none, it is about to expire, or it is the one that was rejected. */
    synchronized Token token(Credentials.Client client, @Nullable Token rejected) {
        Token current = token;
        if (current == null || current.equals(rejected) || !clock.instant().isBefore(current.renewAt())) {
            current = fetch(client);
            token = current;
        }
        return current;
    }

    private Token fetch(Credentials.Client client) {
        String form = "grant_type=client_credentials&client_id=" + ApiCalls.encode(client.id()) + "&client_secret="
                + ApiCalls.encode(client.secret());
        HttpRequest request = HttpRequest.newBuilder(settings.endpoint("/oauth/v2/token"))
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        Response reply = retries.run(settings.url(), () -> http.exchange(request));
        errors.checkRedirect(reply);
        switch (reply.errorType()) {
            case "invalid_client" ->
                throw new MauticRejected(
                        ErrorCode.MAUTIC_CREDENTIALS,
                        "Mautic does not know these credentials: check MAUTIC_CLIENT_ID and MAUTIC_CLIENT_SECRET (Mautic: Settings > API Credentials)");
            case "unauthorized_client" ->
                throw new MauticRejected(
                        ErrorCode.MAUTIC_CREDENTIALS,
                        "these credentials may not use the client credentials grant: create others in Mautic as an administrator, Settings > API Credentials, grant type Client Credentials");
            case "api_disabled" -> throw new MauticRejected(ErrorCode.MAUTIC_API_OFF, AccessErrors.API_DISABLED);
            default -> {
                return read(reply);
            }
        }
    }

    private Token read(Response reply) {
        try {
            var json = Json.read(reply.body());
            String value = json.path("access_token").asText("");
            if (!value.isEmpty()) {
                Duration life = Duration.ofSeconds(json.path("expires_in").asLong(3600));
                Instant renewAt = clock.instant().plus(life).minus(EXPIRY_MARGIN);
                return new Token(value, renewAt);
            }
        } catch (IOException notJson) {
            throw new MauticRejected(ErrorCode.NOT_MAUTIC, reply.notMautic(settings.url()));
        }
        throw new MauticRejected(
                ErrorCode.MAUTIC_CREDENTIALS,
                "Mautic gave no access token (" + reply.status() + "): " + reply.message() + "; check the credentials");
    }

    /** A token, and when to replace it. */
    record Token(String value, Instant renewAt) {}
}
