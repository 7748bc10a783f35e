package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.testing.TcpProxy;
import java.util.concurrent.atomic.AtomicInteger;

/** Cuts the connection to the database at the n-th message, once and for good. */
public final class ConnectionCutter implements TcpProxy.Watcher {
    private final AtomicInteger messages = new AtomicInteger();
    private final int point;
    private final Cut cut;
    private volatile TcpProxy connection;
    private volatile boolean wasCut;

    public ConnectionCutter(int point, Cut cut) {
        this.point = point;
        this.cut = cut;
    }

    public enum Cut {
        /** The message does not arrive. */
        BEFORE,
        /** The message arrives, and its response does not. */
        AFTER,
        NEVER
    }

    /** The connection to cut; messages before this call do not count. */
    public void start(TcpProxy proxy) {
        connection = proxy;
    }

    public boolean wasCut() {
        return wasCut;
    }

    @Override
    public void before() {
        if (connection != null && messages.incrementAndGet() == point && cut == Cut.BEFORE) {
            cut();
        }
    }

    @Override
    public void after() {
        if (connection != null && messages.get() == point && cut == Cut.AFTER) {
            cut();
        }
    }

    private void cut() {
        wasCut = true;
        connection.breakOff();
    }
}
