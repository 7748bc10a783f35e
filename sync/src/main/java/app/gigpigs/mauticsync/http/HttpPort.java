package app.gigpigs.mauticsync.http;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An address where some paths answer. It knows HTTP/1.1 alone: no sessions, no WebSockets, one request a connection.
 * Nothing waits for a client on a thread, so a few threads serve any number of slow ones.
 */
public final class HttpPort implements AutoCloseable {
    private static final int THREADS = 8;
    private static final long MOST_BETWEEN_LOOKS = TimeUnit.SECONDS.toMillis(1);

    private final Server server;
    private final ServerConnector connector;
    private final Visits visits;
    private final Limits limits;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "late-connections");
        thread.setDaemon(true);
        return thread;
    });

    /** Does not listen yet. */
    public HttpPort(InetSocketAddress listen, Limits limits, List<Route> routes) {
        this.limits = limits;
        this.visits = new Visits(limits);
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("http");
        this.server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        // An idle connection that we close may carry the next request just then; a proxy would answer 502 for it.
        http.setPersistentConnectionsEnabled(false);
        this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(listen.getHostString());
        connector.setPort(listen.getPort());
        connector.setIdleTimeout(limits.time().toMillis());
        connector.addBean(visits);
        server.addConnector(connector);
        server.setErrorHandler(new ClientErrors());
        server.setHandler(new Dispatcher(routes, visits));
    }

    /**
     * Starts listening.
     *
     * @throws ListenException when the address is in use, or is none of this machine's
     */
    @SuppressWarnings("FutureReturnValueIgnored") // it never completes
    public HttpPort start() {
        try {
            server.start();
        } catch (Exception e) {
            close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ListenException(
                    "cannot listen on " + connector.getHost() + ":" + connector.getPort() + ": " + cause.getMessage(),
                    e);
        }
        long pause = Math.min(MOST_BETWEEN_LOOKS, limits.time().toMillis());
        clock.scheduleWithFixedDelay(visits::closeLate, pause, pause, TimeUnit.MILLISECONDS);
        return this;
    }

    /** The port it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the port could not be closed", e);
        }
    }

    /** A request that cannot be read, such as an unknown version of HTTP, is the client's error and never a 5xx. */
    private static final class ClientErrors extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = request.getAttribute(ERROR_EXCEPTION) instanceof HttpException cause
                    ? cause.getCode()
                    : response.getStatus();
            response.setStatus(status >= 500 ? 400 : status);
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
            return true;
        }
    }

    /** Nothing can listen there. */
    public static final class ListenException extends FailureException {
        ListenException(String message, Throwable cause) {
            super(ErrorCode.ADDRESS_IN_USE, message, cause);
        }
    }
}
