package app.gigpigs.mauticsync.monitor;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** HTTP calls whose URL is a secret. Thread-safe. */
final class Calls {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LONGEST).build();

    /**
     * Makes one call.
     *
     * @param name of the setting that has the URL
     * @throws IOException when it is not answered with 2xx
     */
    void make(String name, HttpRequest.Builder request) throws IOException {
        int status;
        try {
            status = client.send(request.timeout(LONGEST).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            // Its message may contain the host, and the host may be part of the secret.
            throw new IOException(name + " was not reached (" + e.getClass().getSimpleName() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(name + " was not reached: the process is being stopped", e);
        }
        if (status / 100 != 2) {
            throw new IOException(name + " answered " + status);
        }
    }
}
