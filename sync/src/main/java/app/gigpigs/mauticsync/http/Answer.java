package app.gigpigs.mauticsync.http;

import java.nio.charset.StandardCharsets;

/** What a request gets. */
public sealed interface Answer {
    /** A status with a body, which may be empty. */
    record Response(int status, String type, byte[] body) implements Answer {}

    /** No answer at all: the connection is closed. Mautic then keeps the events and sends them again. */
    record Close() implements Answer {}

    static Answer status(int status) {
        return new Response(status, "", new byte[0]);
    }

    static Answer text(int status, String text) {
        return new Response(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static Answer json(int status, String json) {
        return new Response(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    static Answer close() {
        return new Close();
    }
}
