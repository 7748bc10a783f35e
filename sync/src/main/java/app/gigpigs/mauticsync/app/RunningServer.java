package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.monitor.Exposition;
import app.gigpigs.mauticsync.server.Server;

/** The server and what it uses, closed in reverse. */
public final class RunningServer implements AutoCloseable {
    private final Server server;
    private final Used used;

    RunningServer(Server server, Used used) {
        this.server = server;
        this.used = used;
    }

    /** What the server uses. */
    record Used(Connections both, Database storing, Exposition metrics) {}

    /** Where webhooks arrive. */
    public int port() {
        return server.port();
    }

    /** Where health and status are told. */
    public int administrationPort() {
        return server.administrationPort();
    }

    @Override
    public void close() {
        if (!server.databaseAnswers()) {
            // Nothing can be finished there, and every task would wait for a connection.
            used.both().opened().close();
        }
        server.close();
        used.metrics().close();
        used.storing().close();
        used.both().close();
    }
}
