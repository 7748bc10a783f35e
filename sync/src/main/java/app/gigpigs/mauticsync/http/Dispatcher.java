package app.gigpigs.mauticsync.http;

import app.gigpigs.mauticsync.failure.Failure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the route of a request, reads its body and sends the answer. */
final class Dispatcher extends Handler.Abstract {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final List<Route> routes;
    private final Visits visits;

    Dispatcher(List<Route> routes, Visits visits) {
        this.routes = List.copyOf(routes);
        this.visits = visits;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Visit visit = visits.of(request.getConnectionMetaData().getConnection().getEndPoint());
        Exchange exchange = new Exchange(visit, response, callback);
        String path = Request.getPathInContext(request);
        List<Route> here = routes.stream()
                .filter(route -> route.path().equals(path) || (route.path() + "/").equals(path))
                .toList();
        String method = "HEAD".equals(request.getMethod()) ? "GET" : request.getMethod();
        Optional<Route> route =
                here.stream().filter(each -> each.method().equals(method)).findFirst();
        if (route.isEmpty()) {
            exchange.send(Answer.status(here.isEmpty() ? 404 : 405));
        } else {
            receive(route.get(), request, exchange);
        }
        return true;
    }

    private void receive(Route route, Request request, Exchange exchange) {
        Headers headers = new Headers(request.getHeaders());
        Optional<Answer> early = route.endpoint().beforeBody(headers);
        if (early.isPresent()) {
            exchange.send(early.get());
        } else if (route.mostBytes() == 0) {
            answer(route, headers, new byte[0], exchange);
        } else {
            new BodyReader(request, visits, exchange.visit(), route.mostBytes(), body -> {
                        if (body instanceof BodyReader.Body.Whole whole) {
                            answer(route, headers, whole.bytes(), exchange);
                        } else if (body instanceof BodyReader.Body.TooLong) {
                            route.endpoint().tooLong();
                            exchange.send(Answer.status(413));
                        } else {
                            route.endpoint().closed();
                            exchange.send(Answer.close());
                        }
                    })
                    .run();
        }
    }

    private static void answer(Route route, Headers headers, byte[] body, Exchange exchange) {
        exchange.visit().received();
        try {
            route.threads().execute(() -> exchange.send(answer(route, headers, body)));
        } catch (RejectedExecutionException e) {
            route.endpoint().closed();
            exchange.send(Answer.close());
        }
    }

    private static Answer answer(Route route, Headers headers, byte[] body) {
        try {
            return route.endpoint().answer(headers, body);
        } catch (RuntimeException | Error e) {
            log.error(Failure.of(e).with(route.path() + " failed: ").line());
            log.debug("{} failed", route.path(), e);
            route.endpoint().closed();
            return Answer.close();
        }
    }

    /** A request on its way. */
    private record Exchange(Visit visit, Response response, Callback callback) {
        void send(Answer answer) {
            visit.received();
            visit.release();
            if (answer instanceof Answer.Response sent) {
                response.setStatus(sent.status());
                if (!sent.type().isEmpty()) {
                    response.getHeaders().put(HttpHeader.CONTENT_TYPE, sent.type());
                }
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, sent.body().length);
                response.write(true, ByteBuffer.wrap(sent.body()), callback);
            } else {
                visit.close();
                callback.succeeded();
            }
        }
    }
}
