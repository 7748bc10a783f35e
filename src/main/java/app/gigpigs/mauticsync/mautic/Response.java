package app.gigpigs.mauticsync.mautic;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A complete answer. */
record Response(int status, HttpHeaders headers, byte[] body) {
    private static final int SHOWN = 200;

    static Response of(HttpResponse<byte[]> response) {
        return new Response(response.statusCode(), response.headers(), response.body());
    }

    boolean ok() {
        return status >= 200 && status < 300;
    }

    /** Worth trying again after a while. */
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

    /** Whether this is an error of Mautic's own and not of something in front of it: all its API's errors are JSON. */
    boolean mauticsError() {
        return firstError().isObject();
    }

    /** Mautic's words, or the beginning of whatever came instead. */
    String message() {
        String message = firstError().path("message").asText("");
        if (!message.isEmpty()) {
            return message;
        }
        String text = new String(body, StandardCharsets.UTF_8)
                .replaceAll("<[^>]*>", " ")
                .replaceAll("\\s+", " ")
                .strip();
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    /**
     * Why an answer is none that was wanted. A 403 of Mautic's own never comes this far: the session tells it before.
     */
    static String rejection(int status, String message) {
        return status == 403
                ? "something in front of Mautic (a firewall, a proxy) answered 403; let this program through there, or"
                        + " change the value that it minds. Its words: " + message
                : "Mautic answered " + status + ": " + message;
    }

    /**
     * A 404 because what the path names is not there, and not because this Mautic has no such path. Only an answer of
     * Mautic's own controllers carries the version (seen on 5.1.0); the words alone will not do, as Mautic translates
     * them into its own language.
     */
    boolean missing() {
        return status == 404
                && (!header("Mautic-Version").isEmpty() || message().endsWith("not found."));
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
