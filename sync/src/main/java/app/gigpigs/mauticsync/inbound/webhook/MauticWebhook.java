package app.gigpigs.mauticsync.inbound.webhook;

import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives Mautic's webhooks. A delivery with a correct signature is on disk before it is answered, whatever its content.
 * It is processed later: Mautic has no time-out for webhooks and sends them while a visitor waits for a page.
 *
 * <p>An error response makes Mautic drop the events of the delivery for good. It keeps them for a retry only when there
 * is no response at all (seen on 5.1.0). So a delivery that cannot be stored gets no response: the connection is closed.
 * A proxy in front must do the same, and must not turn it into a 502.
 */
public final class MauticWebhook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MauticWebhook.class);
    private static final Set<String> NOT_STORED = Set.of("authorization", "proxy-authorization", "cookie");

    private final WebhookSettings settings;
    private final Inbox inbox;
    private final Runnable wake;
    private final Javalin server;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong tooLong = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();

    /**
     * Does not listen yet.
     *
     * @param wake wakes the worker after each stored delivery; must return at once
     */
    public MauticWebhook(WebhookSettings settings, Inbox inbox, Runnable wake) {
        this(settings, inbox, wake, more -> {});
    }

    /**
     * The same, with further routes.
     *
     * @param more adds them
     */
    public MauticWebhook(WebhookSettings settings, Inbox inbox, Runnable wake, Consumer<JavalinConfig> more) {
        this.settings = settings;
        this.inbox = inbox;
        this.wake = wake;
        this.server = Javalin.create(config -> {
            configure(config);
            more.accept(config);
        });
    }

    /** Starts listening. */
    public MauticWebhook start() {
        server.start();
        return this;
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** What was received so far. */
    public Counts counts() {
        return new Counts(accepted.get(), rejected.get(), tooLong.get(), unanswered.get());
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.jetty.addConnector((server, http) -> {
            ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
            connector.setHost(settings.listen().getHostString());
            connector.setPort(settings.listen().getPort());
            connector.setIdleTimeout(settings.timeout().toMillis());
            return connector;
        });
        config.jetty.modifyServer(server -> server.setErrorHandler(new ClientErrors()));
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendDateHeader(false);
        });
        mount(config);
    }

    /** Adds its routes to a server that has others, too. That server then sets the limits on connections. */
    public void mount(JavalinConfig config) {
        WebhookContract.PATHS.forEach(path -> config.routes.post(path, this::receive));
    }

    private void receive(Context context) {
        try {
            RequestBody body = RequestBody.read(context.req(), settings);
            if (body instanceof RequestBody.Whole whole) {
                receive(context, whole.bytes());
            } else if (body instanceof RequestBody.TooLong) {
                tooLong.incrementAndGet();
                context.header("Connection", "close");
                context.status(HttpStatus.CONTENT_TOO_LARGE);
            } else {
                closeConnection(context);
            }
        } catch (RuntimeException | Error e) {
            if (e instanceof HttpException malformed && malformed.getCode() < 500) {
                context.status(malformed.getCode());
            } else {
                LOG.error("a delivery could not be received: {}", e.getClass().getSimpleName());
                closeConnection(context);
            }
        }
    }

    private void receive(Context context, byte[] body) {
        if (!WebhookSignature.matches(body, signature(context), settings.secrets())) {
            rejected.incrementAndGet();
            context.status(HttpStatus.UNAUTHORIZED);
            return;
        }
        try {
            inbox.add(body, headers(context));
        } catch (RuntimeException e) {
            // The exception's message may contain the database's address.
            LOG.error(
                    "a delivery could not be stored and gets no response: {}",
                    e.getClass().getSimpleName());
            closeConnection(context);
            return;
        }
        accepted.incrementAndGet();
        context.status(HttpStatus.NO_CONTENT);
        wake();
    }

    /** The delivery is stored. No failure from here on may prevent the response. */
    private void wake() {
        try {
            wake.run();
        } catch (RuntimeException e) {
            LOG.warn("the inbox worker could not be woken: {}", e.getClass().getSimpleName());
        }
    }

    private static @Nullable String signature(Context context) {
        List<String> values = Collections.list(context.req().getHeaders(WebhookSignature.HEADER));
        return values.size() == 1 ? values.get(0) : null;
    }

    private static Map<String, String> headers(Context context) {
        Map<String, String> headers = new TreeMap<>();
        for (String name : Collections.list(context.req().getHeaderNames())) {
            String key = name.toLowerCase(Locale.ROOT);
            if (!NOT_STORED.contains(key)) {
                headers.put(
                        key,
                        String.join(
                                ", ",
                                new ArrayList<>(Collections.list(context.req().getHeaders(name)))));
            }
        }
        return headers;
    }

    /** The servlet API can only respond, so the connection is taken from Jetty and closed. */
    private void closeConnection(Context context) {
        unanswered.incrementAndGet();
        ServletContextRequest.getServletContextRequest(context.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }

    @Override
    public void close() {
        server.stop();
    }

    /** A request that Jetty cannot read, such as an unknown version of HTTP, is the client's error and never a 5xx. */
    private static final class ClientErrors extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = request.getAttribute(ERROR_EXCEPTION) instanceof HttpException cause
                    ? cause.getCode()
                    : response.getStatus();
            response.setStatus(status >= 500 ? HttpStatus.BAD_REQUEST.getCode() : status);
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
            return true;
        }
    }

    /**
     * What was received since the start.
     *
     * @param accepted stored and acknowledged
     * @param rejected without a correct signature
     * @param tooLong longer than the limit
     * @param unanswered not stored, or not received completely
     */
    public record Counts(long accepted, long rejected, long tooLong, long unanswered) {}
}
