package app.gigpigs.mauticsync.mautic;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What calls that may be repeated have in common: pages, JSON, and which answers count as one. Thread-safe. */
final class Calls {
    private static final int PAGE = 500;

    private final Session session;

    Calls(Session session) {
        this.session = session;
    }

    /** Calls back for every element of a list that comes in pages. */
    void pages(String path, String key, Consumer<JsonNode> each) {
        int found = PAGE;
        for (int start = 0; found == PAGE; start += PAGE) {
            JsonNode page = json("GET", path + "?limit=" + PAGE + "&start=" + start, null)
                    .path(key);
            found = page.size();
            page.forEach(each);
        }
    }

    /** The answer's JSON object; anything but a 2xx is a refusal. */
    JsonNode json(String method, String path, byte @Nullable [] body) {
        Reply reply = session.callWithRetries(method, path, body);
        try {
            return Json.read(expectOk(method, path, reply).body());
        } catch (IOException e) {
            throw new MauticRefused(session.notMautic(reply));
        }
    }

    /** Whether Mautic has the contact that the call is about. */
    boolean existing(String method, String path, byte @Nullable [] body) {
        Reply reply = session.callWithRetries(method, path, body);
        if (reply.status() == 404 && reply.words().contains("ontact")) {
            return false;
        }
        expectOk(method, path, reply);
        return true;
    }

    /** Whether Mautic has what the call is about; a route that it does not have is a refusal. */
    boolean found(String method, String path, byte @Nullable [] body) {
        Reply reply = session.callWithRetries(method, path, body);
        // "Item was not found." (seen on 5.1.0), while a wrong route answers "Requested URL not found".
        if (reply.status() == 404 && reply.words().contains("was not found")) {
            return false;
        }
        expectOk(method, path, reply);
        return true;
    }

    static Reply expectOk(String method, String path, Reply reply) {
        if (!reply.ok()) {
            String route = path.indexOf('?') < 0 ? path : path.substring(0, path.indexOf('?'));
            throw new MauticRefused(
                    "Mautic answered " + reply.status() + " to " + method + " " + route + ": " + reply.words());
        }
        return reply;
    }

    static String where(String column, String expression, String encodedValue) {
        return "where%5B0%5D%5Bcol%5D=" + column + "&where%5B0%5D%5Bexpr%5D=" + expression + "&where%5B0%5D%5Bval%5D="
                + encodedValue;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
