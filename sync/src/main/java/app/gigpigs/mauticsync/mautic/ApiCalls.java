package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What calls that may be repeated have in common: pages, JSON, and which answers are errors. Thread-safe. */
final class ApiCalls {
    private static final int PAGE = 500;

    private final Session session;

    ApiCalls(Session session) {
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

    /** The answer's JSON object; anything but a 2xx throws {@link MauticRejected}. */
    JsonNode json(String method, String path, byte @Nullable [] body) {
        return read(method, path, session.callWithRetries(method, path, body));
    }

    /**
     * The same for creating something: repeated only after a call that certainly did nothing. After a call without an
     * answer it may exist, so look for it before it is created again.
     */
    JsonNode creating(String path, byte[] body) {
        return read("POST", path, session.callOnce("POST", path, body));
    }

    /** The answer's JSON object; empty when Mautic does not have what the path names. */
    Optional<JsonNode> jsonIfFound(String method, String path) {
        Response reply = session.callWithRetries(method, path, null);
        return reply.missing() ? Optional.empty() : Optional.of(read(method, path, reply));
    }

    /** The answer as this reader understands it, for answers too large to be held as a tree. */
    <T> T parsed(String method, String path, Reader<T> reader) {
        return read(method, path, session.callWithRetries(method, path, null), reader);
    }

    /** The same; empty when Mautic does not have what the path names. */
    <T> Optional<T> parsedIfFound(String method, String path, Reader<T> reader) {
        Response reply = session.callWithRetries(method, path, null);
        return reply.missing() ? Optional.empty() : Optional.of(read(method, path, reply, reader));
    }

    private JsonNode read(String method, String path, Response reply) {
        return read(method, path, reply, Json::read);
    }

    private <T> T read(String method, String path, Response reply, Reader<T> reader) {
        try {
            return reader.read(expectOk(method, path, reply).body());
        } catch (IOException e) {
            throw new MauticRejected(ErrorCode.NOT_MAUTIC, reply.notMautic(session.url()));
        }
    }

    /** Reads the body of an answer. */
    @FunctionalInterface
    interface Reader<T> {
        T read(byte[] body) throws IOException;
    }

    /** Whether Mautic has what the path names; a path that this Mautic does not know throws {@link MauticRejected}. */
    boolean found(String method, String path, byte @Nullable [] body) {
        Response reply = session.callWithRetries(method, path, body);
        if (reply.missing()) {
            return false;
        }
        expectOk(method, path, reply);
        return true;
    }

    static Response expectOk(String method, String path, Response reply) {
        if (!reply.ok()) {
            throw new MauticRejected(
                    Response.code(reply.status()),
                    method + " " + withoutQuery(path) + ": " + Response.rejection(reply.status(), reply.message()));
        }
        return reply;
    }

    static String withoutQuery(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    static String where(String column, String expression, String encodedValue) {
        return where(0, column, expression, encodedValue);
    }

    /** One of several conditions that must all hold, numbered from 0. */
    static String where(int number, String column, String expression, String encodedValue) {
        String prefix = "where%5B" + number + "%5D";
        return prefix + "%5Bcol%5D=" + column + "&" + prefix + "%5Bexpr%5D=" + expression + "&" + prefix + "%5Bval%5D="
                + encodedValue;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
