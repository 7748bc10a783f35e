package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.runs.StopSignal;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Deletes what is older than it is kept, a few rows at a time: each bite is a transaction of its own, so that nobody waits
 * for a lock and a stop comes soon.
 */
public final class Retention {
    private static final int BITE = 1_000;

    private final Jdbi jdbi;
    private final List<Bite> bites;
    private final StopSignal stop;

    /** @param bites one a table */
    public Retention(Jdbi jdbi, List<Bite> bites, StopSignal stop) {
        this.jdbi = jdbi;
        this.bites = List.copyOf(bites);
        this.stop = stop;
    }

    /** Deletes some rows of one table. */
    @FunctionalInterface
    public interface Bite {
        /**
         * Deletes at most this many.
         *
         * @return how many
         */
        int take(Handle handle, int most);
    }

    /** Deletes all that is due; returns how many rows. */
    public int run() {
        int all = 0;
        for (Bite bite : bites) {
            int taken = BITE;
            while (taken == BITE && stop.reason().isEmpty()) {
                taken = jdbi.inTransaction(handle -> bite.take(handle, BITE));
                all += taken;
            }
        }
        return all;
    }
}
