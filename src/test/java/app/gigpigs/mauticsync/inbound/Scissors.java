package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.testing.TcpProxy;
import java.util.concurrent.atomic.AtomicInteger;

/** Cuts the line to the database at the n-th thing that is said to it, once and for good. */
public final class Scissors implements TcpProxy.Watcher {
    private final AtomicInteger said = new AtomicInteger();
    private final int point;
    private final Cut cut;
    private volatile TcpProxy line;
    private volatile boolean fell;

    public Scissors(int point, Cut cut) {
        this.point = point;
        this.cut = cut;
    }

    public enum Cut {
        /** It never arrives. */
        BEFORE,
        /** It arrives, and its answer does not. */
        AFTER,
        NEVER
    }

    /** The line to cut; what was said before does not count. */
    public void hold(TcpProxy theirs) {
        line = theirs;
    }

    public boolean fell() {
        return fell;
    }

    @Override
    public void before() {
        if (line != null && said.incrementAndGet() == point && cut == Cut.BEFORE) {
            fall();
        }
    }

    @Override
    public void after() {
        if (line != null && said.get() == point && cut == Cut.AFTER) {
            fall();
        }
    }

    private void fall() {
        fell = true;
        line.breakOff();
    }
}
