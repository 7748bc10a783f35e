package app.gigpigs.mauticsync.simulator;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts signed bodies. There is no time-out, because Mautic does not use its setting for it; redirects are not
 * followed.
 */
final class WebhookPost {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private static final String MORE = " (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for ";

    private final String origin;

    WebhookPost(String origin) {
        this.origin = origin;
    }

    /** The result. */
    sealed interface Outcome {
        /** The receiver answered. */
        record Answered(int status) implements Outcome {
            boolean good() {
                return status >= 200 && status < 300;
            }
        }

        /** There was no answer. */
        record Broken(String reason) implements Outcome {}
    }

    Outcome send(StoredWebhook.Address to, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(to.url()))
                    .header("User-Agent", "GuzzleHttp/7")
                    .header("Content-Type", "application/json")
                    .header("X-Origin-Base-URL", origin)
                    .header("Webhook-Signature", signature(bytes, to.secret()))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                    .build();
            return new Outcome.Answered(
                    HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        } catch (ConnectException e) {
            return new Outcome.Broken("cURL error 7: Failed to connect to "
                    + URI.create(to.url()).getHost() + " port "
                    + URI.create(to.url()).getPort() + " after 0 ms: Couldn't connect to server" + MORE + to.url());
        } catch (IOException e) {
            return new Outcome.Broken("cURL error 52: Empty reply from server" + MORE + to.url());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Broken("cURL error: interrupted");
        }
    }

    /** Base64 of the HMAC-SHA256 of the bytes as they are sent. */
    static String signature(byte[] body, String secret) {
        return Base64.getEncoder().encodeToString(hmac(body, secret));
    }

    static byte[] hmac(byte[] bytes, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
