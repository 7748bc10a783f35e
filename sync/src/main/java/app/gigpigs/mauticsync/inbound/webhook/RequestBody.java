package app.gigpigs.mauticsync.inbound.webhook;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A request's body, as far as it could be read. */
sealed interface RequestBody {
    /** The whole body. */
    record Whole(byte[] bytes) implements RequestBody {}

    /** The body is longer than the limit, or its Content-Length is. Not more than the limit was kept in memory. */
    record TooLong() implements RequestBody {}

    /** The client was too slow or disconnected. */
    record Broken() implements RequestBody {}

    /** Checks the limit while reading, because a body may come without a Content-Length. */
    static RequestBody read(HttpServletRequest request, WebhookSettings settings) {
        if (request.getContentLengthLong() > settings.mostBytes()) {
            return new TooLong();
        }
        long start = System.nanoTime();
        ByteArrayOutputStream read = new ByteArrayOutputStream(8192);
        byte[] buffer = new byte[8192];
        try (InputStream in = request.getInputStream()) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (read.size() + length > settings.mostBytes()) {
                    return new TooLong();
                }
                read.write(buffer, 0, length);
                // A client that sends a byte now and then never reaches the idle time-out, but would occupy a thread.
                if (Duration.ofNanos(System.nanoTime() - start).compareTo(settings.timeout()) > 0) {
                    return new Broken();
                }
            }
        } catch (IOException e) {
            return new Broken();
        }
        return new Whole(read.toByteArray());
    }
}
