package app.gigpigs.mauticsync.simulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Receives and records requests, injects the ordered failures, and sends the answers. */
final class Exchanges {
    private static final int KEPT_REQUESTS = 20_000;
    private static final int KEPT_BODY = 4_000;

    private final Faults faults;
    private final Tokens tokens;
    private final MauticVersion version;
    private final Handler handler;
    private final ConcurrentLinkedQueue<RecordedRequest> requests = new ConcurrentLinkedQueue<>();
    private final AtomicLong count = new AtomicLong();

    Exchanges(Faults faults, Tokens tokens, MauticVersion version, Handler handler) {
        this.faults = faults;
        this.tokens = tokens;
        this.version = version;
        this.handler = handler;
    }

    /** Answers requests; length is that of the request's address. */
    interface Handler {
        Answer handle(Request request, int length);
    }

    List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    void clear() {
        requests.clear();
    }

    long count() {
        return count.get();
    }

    void serve(HttpExchange exchange) throws IOException {
        Request request = Request.of(exchange);
        count.incrementAndGet();
        remember(request, exchange);
        Optional<Fault> fault = faults.due(request);
        if (fault.isPresent()) {
            fail(exchange, request, fault.get());
        } else {
            answer(exchange, counted(exchange, request));
        }
    }

    /** Calls of the API count, those for tokens do not. */
    private Answer counted(HttpExchange exchange, Request request) {
        int limit = faults.callsPerHour();
        if (limit == 0 || !version.limitsRate() || !request.path().startsWith("/api/")) {
            return handle(exchange, request);
        }
        int left = faults.countCall();
        return left < 0
                ? limited(Duration.ofHours(1), limit)
                : withLimit(handle(exchange, request), Duration.ofHours(1), limit, left);
    }

    private Answer handle(HttpExchange exchange, Request request) {
        return handler.handle(request, exchange.getRequestURI().toString().length());
    }

    private void fail(HttpExchange exchange, Request request, Fault fault) throws IOException {
        if (fault instanceof Fault.Status status) {
            answer(exchange, Answer.json(status.code(), status.body()));
        } else if (fault instanceof Fault.RateLimited limited) {
            answer(exchange, limited(limited.time(), 5));
        } else if (fault instanceof Fault.TokenRevoked) {
            tokens.revokeAll();
            answer(exchange, handle(exchange, request));
        } else if (fault instanceof Fault.HtmlPage page) {
            answer(exchange, Answer.html(page.code(), "<html><body><h1>" + page.code() + " nginx</h1></body></html>"));
        } else if (fault instanceof Fault.CloseBefore) {
            cut(exchange, 0, 1);
        } else if (fault instanceof Fault.CloseAfter) {
            handle(exchange, request);
            cut(exchange, 0, 1);
        } else if (fault instanceof Fault.CutAnswer) {
            byte[] body = handle(exchange, request).body();
            cut(exchange, body.length / 2, body.length);
        } else if (fault instanceof Fault.Meanwhile meanwhile) {
            meanwhile.happens().run();
            answer(exchange, handle(exchange, request));
        } else if (fault instanceof Fault.Slow slow) {
            sleep(slow.time());
            answer(exchange, handle(exchange, request));
        }
    }

    private static Answer limited(Duration time, int limit) {
        Answer answer = Answer.bare(
                429,
                "{\"errors\":[{\"code\":429,\"message\":\"You exceeded the rate limit of " + limit
                        + " API calls per hour.\",\"details\":[]}]}");
        return withLimit(answer, time, limit, 0);
    }

    private static Answer withLimit(Answer answer, Duration time, int limit, int left) {
        long reset = Instant.now().plus(time).getEpochSecond();
        return answer.with("X-RateLimit-Limit", String.valueOf(limit))
                .with("X-RateLimit-Remaining", String.valueOf(left))
                .with("X-RateLimit-Reset", String.valueOf(reset));
    }

    /** Announces a body and closes the connection before its end. */
    private static void cut(HttpExchange exchange, int sent, int promised) throws IOException {
        if (sent > 0) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, promised);
            exchange.getResponseBody().write(new byte[sent]);
            exchange.getResponseBody().flush();
        }
        exchange.close();
    }

    private void answer(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        exchange.getResponseHeaders().set("Cache-Control", "no-cache, private");
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        if (answer.headers().containsKey(Answer.VERSION)) {
            exchange.getResponseHeaders().set(Answer.VERSION, version.header());
        }
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.body());
        }
    }

    private void remember(Request request, HttpExchange exchange) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        String query = exchange.getRequestURI().getRawQuery();
        requests.add(new RecordedRequest(
                Instant.now(),
                request.method(),
                request.path(),
                query == null ? "" : query,
                body.length() > KEPT_BODY ? body.substring(0, KEPT_BODY) : body));
        while (requests.size() > KEPT_REQUESTS) {
            requests.poll();
        }
    }

    static void sleep(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
