package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.mautic.Http.LostAnswerException;
import app.gigpigs.mauticsync.mautic.Http.NotSentException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Requests with the configured credentials; a 401 gets exactly one new token. Thread-safe. */
final class Session {
    private final MauticSettings settings;
    private final Http http;
    private final Retries retries;
    private final AccessTokens tokens;
    private final AccessErrors errors;
    /** For Basic authentication; a bearer token is put together for each call. */
    private final String authorization;
    /** Of the latest answer that named it; Mautic may be updated while this process runs. */
    private volatile MauticRelease release = MauticRelease.UNKNOWN;

    Session(MauticSettings settings, Http http, Retries retries, InstantSource clock) {
        this.settings = settings;
        this.http = http;
        this.retries = retries;
        this.tokens = new AccessTokens(settings, http, retries, clock);
        this.errors = new AccessErrors(settings);
        this.authorization = settings.credentials() instanceof Credentials.Basic basic ? basic(basic) : "";
    }

    /** One call, repeated once with a new token if the first token is not accepted: a rejected call did nothing. */
    Response call(String method, String path, byte @Nullable [] body) throws NotSentException, LostAnswerException {
        Response reply = settings.credentials() instanceof Credentials.Client client
                ? withToken(client, method, path, body)
                : http.exchange(request(method, path, body, authorization));
        String version = reply.header("Mautic-Version");
        if (!version.isEmpty() && !version.equals(release.text())) {
            release = new MauticRelease(version);
        }
        errors.check(method, path, reply);
        return reply;
    }

    private Response withToken(Credentials.Client client, String method, String path, byte @Nullable [] body)
            throws NotSentException, LostAnswerException {
        AccessTokens.Token used = tokens.token(client, null);
        Response reply = http.exchange(request(method, path, body, "Bearer " + used.value()));
        return reply.status() == 401
                ? http.exchange(request(
                        method,
                        path,
                        body,
                        "Bearer " + tokens.token(client, used).value()))
                : reply;
    }

    /** The same for calls that may be repeated: tries again while Mautic is unreachable or fails for the moment. */
    Response callWithRetries(String method, String path, byte @Nullable [] body) {
        return retries.run(settings.url(), () -> call(method, path, body));
    }

    /** The same for calls that must not be made twice: repeated only after one that certainly did nothing. */
    Response callOnce(String method, String path, byte[] body) {
        return retries.runOnce(settings.url(), () -> call(method, path, body));
    }

    /** How long the rate limiter rejects calls; zero when Mautic does not say. */
    Duration untilReset(Response reply) {
        return retries.untilReset(reply);
    }

    /** The version of Mautic that the latest answer named. */
    MauticRelease release() {
        return release;
    }

    /** The configured address, for messages. */
    URI url() {
        return settings.url();
    }

    private HttpRequest request(String method, String path, byte @Nullable [] body, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.endpoint(path))
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

    private static String basic(Credentials.Basic basic) {
        byte[] pair = (basic.user() + ":" + basic.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
