package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.metrics.Meters;
import app.gigpigs.mauticsync.text.ForeignText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
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
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP exchange with a limit on its duration. Its exceptions say whether the request may have been sent. */
final class Http {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** After this long without an answer somebody is told. */
    private static final Duration SLOW = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(Http.class);

    static {
        // nginx closes idle connections after a minute or so. A POST on such a connection fails in a way that cannot
        // be told from an answer lost after the work was done, so idle connections must not be kept that long.
        setUnlessSet("jdk.httpclient.keepalive.timeout", "15");
        // The answer to a batch has 2 MB: in pieces of the usual 16 kB, reading it takes half as long again.
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
            // Reading an answer never blocks, so the client's own thread does it: handing every piece to another thread
            // takes longer than the work itself.
            .executor(Runnable::run)
            .build();
    private final Duration timeout;
    private final Waiting waiting;
    private final AtomicLong requests = new AtomicLong();

    Http(Duration timeout, Waiting waiting) {
        this.timeout = timeout;
        this.waiting = waiting;
    }

    long requests() {
        return requests.get();
    }

    /**
     * Sends one request. HttpRequest's own time-out does not cover a body that stops half-way.
     *
     * @throws NotSentException when no connection could be opened
     * @throws LostAnswerException when it was sent and there is no complete answer
     */
    Response exchange(HttpRequest request) throws NotSentException, LostAnswerException {
        requests.incrementAndGet();
        long started = System.nanoTime();
        String outcome = "no_answer";
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> response = await(request, answer);
            outcome = String.valueOf(response.statusCode());
            log.debug(
                    "{} {} {} {} ms",
                    request.method(),
                    request.uri().getPath(),
                    response.statusCode(),
                    Duration.ofNanos(System.nanoTime() - started).toMillis());
            return Response.of(response);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new LostAnswerException("no complete answer within " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            outcome = e.getCause() instanceof ConnectException ? "not_sent" : outcome;
            throw failed(request.uri(), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new LostAnswerException("stopped while waiting for the answer");
        } finally {
            Meters.request(
                    request.method(),
                    request.uri().getPath().replaceFirst("^.*?(?=/(api|oauth|mailer)/)", ""),
                    outcome,
                    Duration.ofNanos(System.nanoTime() - started));
        }
    }

    /** An answer that takes long is not an error; but somebody may wonder why nothing happens. */
    private HttpResponse<byte[]> await(HttpRequest request, CompletableFuture<HttpResponse<byte[]>> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (timeout.compareTo(SLOW) > 0) {
            try {
                return answer.get(SLOW.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException slow) {
                log.trace("slow", slow);
            }
        }
        Duration left = timeout.compareTo(SLOW) > 0 ? timeout.minus(SLOW) : timeout;
        Runnable end = waiting.begins(
                left,
                "Mautic has not answered " + request.method() + " "
                        + request.uri().getPath() + " yet");
        try {
            return answer.get(left.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            end.run();
        }
    }

    private static LostAnswerException failed(URI uri, ExecutionException failure) throws NotSentException {
        for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
            if (at instanceof ConnectException
                    || at instanceof HttpConnectTimeoutException
                    || at instanceof UnresolvedAddressException) {
                throw new NotSentException(
                        code(failure),
                        "no connection to " + uri.getScheme() + "://" + uri.getAuthority()
                                + (at.getMessage() == null ? "" : " (" + ForeignText.line(at.getMessage()) + ")"));
            }
            // A server without TLS is told by an exception of no class of its own.
            if (at instanceof SSLHandshakeException
                    || (at instanceof SSLException
                            && String.valueOf(at.getMessage()).contains("SSL message"))) {
                throw new NotSentException(
                        ErrorCode.MAUTIC_TLS,
                        "no secure connection to " + uri.getAuthority() + " (" + ForeignText.line(at.getMessage())
                                + ")");
            }
        }
        return new LostAnswerException("the connection was lost: " + ForeignText.line(failure.getMessage()));
    }

    /** Java's client says nothing of the name: the exception for it is somewhere below, or in a class of another name. */
    private static ErrorCode code(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof UnresolvedAddressException || at instanceof UnknownHostException) {
                return ErrorCode.MAUTIC_HOST_UNKNOWN;
            }
        }
        return ErrorCode.MAUTIC_UNREACHABLE;
    }

    /** The request was certainly not sent. */
    static final class NotSentException extends IOException {
        private final ErrorCode code;

        NotSentException(ErrorCode code, String message) {
            super(message);
            this.code = code;
        }

        ErrorCode code() {
            return code;
        }
    }

    /** The request was sent, and its outcome is unknown. */
    static final class LostAnswerException extends IOException {
        LostAnswerException(String message) {
            super(message);
        }
    }
}
