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
 * Where Mautic's webhooks arrive. A correctly signed delivery is on disk before it is answered, whatever it says;
 * working it off comes later, because Mautic has no time-out and waits inside the visitor's request.
 *
 * <p>Mautic drops the events of a delivery for good when it is answered with an error, and keeps them for another try
 * only when there is no answer at all (seen on 5.1.0). So what cannot be stored is not answered: the connection is
 * closed. A proxy in front must do the same and not make a 502 of it.
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
     * Listens to nobody yet.
     *
     * @param wake called after each stored delivery; must return at once
     */
    public MauticWebhook(WebhookSettings settings, Inbox inbox, Runnable wake) {
        this(settings, inbox, wake, more -> {});
    }

    /**
     * The same, answering other paths as well.
     *
     * @param more adds its own routes
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

    /** Begins to listen. */
    public MauticWebhook start() {
        server.start();
        return this;
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** What came so far. */
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
            connector.setIdleTimeout(settings.patience().toMillis());
            return connector;
        });
        config.jetty.modifyServer(server -> server.setErrorHandler(new NoServerErrors()));
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendDateHeader(false);
        });
        mount(config);
    }

    /** Adds its paths to a server that serves other things, too; limits on connections are then that server's. */
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
                hangUp(context);
            }
        } catch (RuntimeException | Error e) {
            if (e instanceof HttpException malformed && malformed.getCode() < 500) {
                context.status(malformed.getCode());
            } else {
                LOG.error("a delivery could not be taken: {}", e.getClass().getSimpleName());
                hangUp(context);
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
            // The message may name the database's address; the kind is enough here.
            LOG.error(
                    "a delivery could not be stored and gets no answer: {}",
                    e.getClass().getSimpleName());
            hangUp(context);
            return;
        }
        accepted.incrementAndGet();
        context.status(HttpStatus.NO_CONTENT);
        wake();
    }

    /** The delivery is stored: whatever goes wrong now must not cost its answer. */
    private void wake() {
        try {
            wake.run();
        } catch (RuntimeException e) {
            LOG.warn("the inbox was not nudged: {}", e.getClass().getSimpleName());
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

    /** Servlets can only answer, so the connection is taken from Jetty underneath and closed. */
    private void hangUp(Context context) {
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

    /** What Jetty itself cannot read, such as another version of HTTP, is the client's mistake and never a 5xx. */
    private static final class NoServerErrors extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = request.getAttribute(ERROR_EXCEPTION) instanceof HttpException told
                    ? told.getCode()
                    : response.getStatus();
            response.setStatus(status >= 500 ? HttpStatus.BAD_REQUEST.getCode() : status);
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
            return true;
        }
    }

    /**
     * What came since the start.
     *
     * @param accepted stored and answered
     * @param rejected without a right signature
     * @param tooLong over the limit
     * @param unanswered not stored, or not sent to the end
     */
    public record Counts(long accepted, long rejected, long tooLong, long unanswered) {}
}
