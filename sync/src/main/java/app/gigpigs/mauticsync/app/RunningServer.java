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

    /** Where webhooks arrive and the health endpoints answer. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        storing.close();
        both.close();
    }
}
