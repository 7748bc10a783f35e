package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.server.Server;

/** The server and what it uses, closed in reverse. */
public final class RunningServer implements AutoCloseable {
    private final Server server;
    private final Connections both;
    private final Database storing;

    RunningServer(Server server, Connections both, Database storing) {
        this.server = server;
        this.both = both;
        this.storing = storing;
    }

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
            both.opened().close();
        }
        server.close();
        storing.close();
        both.close();
    }
}
