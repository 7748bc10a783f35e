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

    /**
     * Whether Mautic has the contact that the call is about. Of a missing contact Mautic says "Contact not found." where
     * the path names a segment first, and "Item was not found." where it names the contact (both seen on 5.1.0); the
     * latter also stands for a missing segment.
     */
    boolean existing(String method, String path, byte @Nullable [] body) {
        Reply reply = session.callWithRetries(method, path, body);
        String missing = path.startsWith("/api/contacts/") ? "not found" : "ontact not found";
        if (reply.status() == 404
                && reply.words().contains(missing)
                && !reply.words().contains("URL not found")) {
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
        return where(0, column, expression, encodedValue);
    }

    /** One of several conditions, which must all hold; numbered from 0. */
    static String where(int number, String column, String expression, String encodedValue) {
        String prefix = "where%5B" + number + "%5D";
        return prefix + "%5Bcol%5D=" + column + "&" + prefix + "%5Bexpr%5D=" + expression + "&" + prefix + "%5Bval%5D="
                + encodedValue;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
