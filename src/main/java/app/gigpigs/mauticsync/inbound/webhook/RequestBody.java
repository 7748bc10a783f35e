package app.gigpigs.mauticsync.inbound.webhook;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** What came of reading a request's body. */
sealed interface RequestBody {
    /** All of it. */
    record Whole(byte[] bytes) implements RequestBody {}

    /** It is, or says that it is, longer than allowed; at most the allowed length was kept in memory. */
    record TooLong() implements RequestBody {}

    /** The client was too slow or went away. */
    record Broken() implements RequestBody {}

    /** Reads as the bytes come, so that a body without a length is held to the limit, too. */
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
                // A byte now and then is no silence, but would keep a thread for as long as it likes.
                if (Duration.ofNanos(System.nanoTime() - start).compareTo(settings.patience()) > 0) {
                    return new Broken();
                }
            }
        } catch (IOException e) {
            return new Broken();
        }
        return new Whole(read.toByteArray());
    }
}
