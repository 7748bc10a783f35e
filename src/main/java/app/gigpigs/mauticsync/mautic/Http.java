package app.gigpigs.mauticsync.mautic;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP exchange with a limit on its whole length; tells what certainly was not sent from what may have arrived. */
final class Http {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Logger log = LoggerFactory.getLogger(Http.class);

    static {
        // nginx closes idle connections after a minute or so. A POST on such a connection fails in a way that cannot
        // be told from an answer lost after the work was done, so idle connections must not be kept that long.
        setUnlessSet("jdk.httpclient.keepalive.timeout", "15");
        // The answer to a batch has 2 MB: in pieces of the usual 16 kB, reading it costs half as much again.
        setUnlessSet("jdk.httpclient.bufsize", "131072");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            // What the client does with it never blocks, so its own thread does it: handing every piece of an answer
            // to another thread costs more than the work.
            .executor(Runnable::run)
            .build();
    private final Duration timeout;
    private final AtomicLong requests = new AtomicLong();

    Http(Duration timeout) {
        this.timeout = timeout;
    }

    long requests() {
        return requests.get();
    }

    /**
     * Sends one request; HttpRequest's own time-out would not cover a body that stops half-way.
     *
     * @throws NotSentException when no connection could be opened
     * @throws NoAnswerException when it was sent and no complete answer came
     */
    Response exchange(HttpRequest request) throws NotSentException, NoAnswerException {
        requests.incrementAndGet();
        long started = System.nanoTime();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            log.debug(
                    "{} {} {} {} ms",
                    request.method(),
                    request.uri().getPath(),
                    response.statusCode(),
                    Duration.ofNanos(System.nanoTime() - started).toMillis());
            return Response.of(response);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new NoAnswerException("no complete answer within " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw failed(request.uri(), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new NoAnswerException("stopped while waiting for the answer");
        }
    }

    private static NoAnswerException failed(URI uri, ExecutionException failure) throws NotSentException {
        for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
            if (at instanceof ConnectException
                    || at instanceof HttpConnectTimeoutException
                    || at instanceof UnresolvedAddressException) {
                throw new NotSentException("no connection to " + uri.getScheme() + "://" + uri.getAuthority()
                        + (at.getMessage() == null ? "" : " (" + at.getMessage() + ")"));
            }
            if (at instanceof javax.net.ssl.SSLHandshakeException) {
                throw new NotSentException(
                        "no secure connection to " + uri.getAuthority() + " (" + at.getMessage() + ")");
            }
        }
        return new NoAnswerException("the connection broke: " + failure.getMessage());
    }

    /** Certainly nothing was sent. */
    static final class NotSentException extends IOException {
        NotSentException(String message) {
            super(message);
        }
    }

    /** It was sent, and what became of it is unknown. */
    static final class NoAnswerException extends IOException {
        NoAnswerException(String message) {
            super(message);
        }
    }
}
