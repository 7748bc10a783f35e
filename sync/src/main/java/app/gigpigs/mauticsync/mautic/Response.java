package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.text.ForeignText;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A complete answer. */
record Response(int status, HttpHeaders headers, byte[] body) {
    private static final int READ = 20_000;

    static Response of(HttpResponse<byte[]> response) {
        return new Response(response.statusCode(), response.headers(), response.body());
    }

    boolean ok() {
        return status >= 200 && status < 300;
    }

    /** Whether trying again later can help. */
    boolean isTransient() {
        return status == 429 || status >= 500;
    }

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The machine-readable kind of Mautic's first error, such as api_disabled; empty when there is none. */
    String errorType() {
        return firstError().path("type").asText("");
    }

    /** Whether the error is Mautic's own, not a proxy's or firewall's: all errors of its API are JSON. */
    boolean mauticsError() {
        return firstError().isObject();
    }

    /** Mautic's error message, or else the beginning of the body; without secrets and personal data. */
    String message() {
        String message = firstError().path("message").asText("");
        return ForeignText.line(
                message.isEmpty()
                        ? new String(body, 0, Math.min(body.length, READ), StandardCharsets.UTF_8)
                                .replaceAll("<[^>]*>", " ")
                        : message);
    }

    /**
     * Why an answer is a failure. A 403 of Mautic's own never gets here: the session has reported it before.
     */
    static String rejection(int status, String message) {
        return status == 403
                ? "something in front of Mautic (a firewall, a proxy) answered 403; allow this program there, or"
                        + " change the value that it blocks. Its message: " + message
                : "Mautic answered " + status + ": " + message;
    }

    /** What such an answer means. */
    static ErrorCode code(int status) {
        return status == 403
                ? ErrorCode.MAUTIC_BLOCKED
                : status >= 500 ? ErrorCode.MAUTIC_ERROR : ErrorCode.MAUTIC_CALL;
    }

    /**
     * A 404 because Mautic does not have what the path names, and not because this Mautic has no such path. Only an
     * answer of Mautic's own controllers carries the version (seen on 5.1.0); the message alone is not enough, because
     * Mautic translates it.
     */
    boolean missing() {
        return status == 404
                && (!header("Mautic-Version").isEmpty() || message().endsWith("not found."));
    }

    /** What to say when something other than Mautic's API answers. */
    String notMautic(URI url) {
        return url + " answered " + status
                + " without JSON, so this is not Mautic's API but perhaps a proxy's page: check MAUTIC_URL. It begins: "
                + message();
    }

    private JsonNode firstError() {
        try {
            return Json.read(body).path("errors").path(0);
        } catch (IOException e) {
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
    }

    @Override
    public String toString() {
        return "Reply[" + status + "]";
    }
}
