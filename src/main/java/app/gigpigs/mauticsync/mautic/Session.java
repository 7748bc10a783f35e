package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.mautic.Http.NoAnswerException;
import app.gigpigs.mauticsync.mautic.Http.NotSentException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Requests with a bearer token. A token is kept until shortly before it expires and shared by all threads; a 401 gets
 * exactly one new one. Thread-safe.
 */
final class Session {
    private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(60);

    private final MauticSettings settings;
    private final Http http;
    private final Retries retries;
    private final InstantSource clock;
    private final String base;
    /** For Basic authentication; a bearer token is put together for each call. */
    private final String authorization;

    private @Nullable Token token;

    Session(MauticSettings settings, Http http, Retries retries, InstantSource clock) {
        this.settings = settings;
        this.http = http;
        this.retries = retries;
        this.clock = clock;
        this.base = settings.url().toString().replaceFirst("/+$", "");
        this.authorization = settings.credentials() instanceof Credentials.Basic basic ? basic(basic) : "";
    }

    /** One call, with a new token and once more if the first is not accepted: a refused call did nothing. */
    Response call(String method, String path, byte @Nullable [] body) throws NotSentException, NoAnswerException {
        Response reply = settings.credentials() instanceof Credentials.Client client
                ? withToken(client, method, path, body)
                : http.exchange(request(method, path, body, authorization));
        rejectHopeless(method, path, reply);
        return reply;
    }

    private Response withToken(Credentials.Client client, String method, String path, byte @Nullable [] body)
            throws NotSentException, NoAnswerException {
        Token used = token(client, null);
        Response reply = http.exchange(request(method, path, body, "Bearer " + used.value()));
        return reply.status() == 401
                ? http.exchange(request(
                        method, path, body, "Bearer " + token(client, used).value()))
                : reply;
    }

    /** The same for calls that may be repeated: tries again while Mautic is unreachable or stumbles. */
    Response callWithRetries(String method, String path, byte @Nullable [] body) {
        return retries.run(settings.url(), () -> call(method, path, body));
    }

    /** The same for calls that must not be made twice: again only after one that certainly did nothing. */
    Response callOnce(String method, String path, byte[] body) {
        return retries.runOnce(settings.url(), () -> call(method, path, body));
    }

    /** How long a refusal for too many calls lasts; zero when Mautic does not say. */
    Duration untilReset(Response reply) {
        return retries.untilReset(reply);
    }

    private HttpRequest request(String method, String path, byte @Nullable [] body, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Accept", "application/json")
                .header("Authorization", authorization);
        if (body == null) {
            boolean bodyless = method.equals("GET");
            return request.method(
                            method,
                            bodyless ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(""))
                    .build();
        }
        return request.header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    /** The token to use; a new one when there is none, it is about to expire, or it is the one that was refused. */
    private synchronized Token token(Credentials.Client client, @Nullable Token rejected) {
        Token current = token;
        if (current == null || current.equals(rejected) || !clock.instant().isBefore(current.renewAt())) {
            current = fetch(client);
            token = current;
        }
        return current;
    }

    private Token fetch(Credentials.Client client) {
        String form = "grant_type=client_credentials&client_id=" + encode(client.id()) + "&client_secret="
                + encode(client.secret());
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/oauth/v2/token"))
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        Response reply = retries.run(settings.url(), () -> http.exchange(request));
        rejectRedirect(reply);
        switch (reply.errorType()) {
            case "invalid_client" ->
                throw new MauticRejected(
                        "Mautic does not know these credentials: check MAUTIC_CLIENT_ID and MAUTIC_CLIENT_SECRET (Mautic: Settings > API Credentials)");
            case "unauthorized_client" ->
                throw new MauticRejected(
                        "these credentials may not use the client credentials grant: create others in Mautic as an administrator, Settings > API Credentials, grant type Client Credentials");
            case "api_disabled" -> throw new MauticRejected(API_DISABLED);
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
            throw new MauticRejected(notMautic(reply));
        }
        throw new MauticRejected(
                "Mautic gave no access token (" + reply.status() + "): " + reply.message() + "; check the credentials");
    }

    private static final String API_DISABLED =
            "the API is switched off: in Mautic, Settings > Configuration > API Settings, set API enabled to Yes";

    private static String basic(Credentials.Basic basic) {
        byte[] pair = (basic.user() + ":" + basic.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private void rejectHopeless(String method, String path, Response reply) {
        rejectRedirect(reply);
        if (reply.status() == 401 && settings.credentials() instanceof Credentials.Basic) {
            throw new MauticRejected("Mautic does not accept this user and password (401 " + reply.message()
                    + "): check MAUTIC_USERNAME and MAUTIC_PASSWORD");
        }
        if (reply.status() == 401) {
            throw new MauticRejected("Mautic does not accept its own new token (401 " + reply.message()
                    + "): does the web server drop the Authorization header?");
        }
        // A 403 that is not in Mautic's JSON is a firewall's, and may be about what this one call carries.
        if (reply.status() == 403 && reply.mauticsError()) {
            throw new MauticRejected(
                    reply.errorType().equals("api_disabled")
                            ? API_DISABLED
                            : basicDisabled(reply)
                                    ? BASIC_DISABLED
                                    : "Mautic forbids " + method + " " + withoutQuery(path) + ": " + reply.message()
                                            + "; " + Permission.missing(path));
        }
    }

    private boolean basicDisabled(Response reply) {
        return settings.credentials() instanceof Credentials.Basic
                && reply.message().contains("Basic Auth disabled");
    }

    private static final String BASIC_DISABLED =
            "HTTP basic authentication is switched off: in Mautic, Settings > Configuration > API Settings, enable it, or use MAUTIC_CLIENT_ID and MAUTIC_CLIENT_SECRET";

    private void rejectRedirect(Response reply) {
        if (reply.status() >= 300 && reply.status() < 400) {
            throw new MauticRejected("MAUTIC_URL " + settings.url() + " redirects to " + reply.header("Location")
                    + ": set MAUTIC_URL to where it leads, without the part from /api or /oauth on");
        }
    }

    /** What to say when something else than Mautic's API answers. */
    String notMautic(Response reply) {
        return settings.url() + " answered " + reply.status()
                + " without JSON, so this is no Mautic API or a proxy's page: check MAUTIC_URL. It begins: "
                + reply.message();
    }

    private static String withoutQuery(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private record Token(String value, Instant renewAt) {}
}
