package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.delivery.OutboxWorker;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.runs.StopRequest;

/** One catch-up by command, with everything that {@code serve} does beside it on its own schedule. */
public final class CatchUpOnce {
    private final CatchUp catchUp;
    private final PendingEvents pending;
    private final Runnable names;
    private final OutboxWorker outbox;
    private final StopRequest stop;

    /** @param names looks up missing names of e-mails */
    CatchUpOnce(CatchUp catchUp, PendingEvents pending, Runnable names, OutboxWorker outbox, StopRequest stop) {
        this.catchUp = catchUp;
        this.pending = pending;
        this.names = names;
        this.outbox = outbox;
        this.stop = stop;
    }

    public CatchUpResult run(CatchUp.Extent extent) {
        CatchUpResult result = catchUp.run(extent, "command", stop);
        if (result instanceof CatchUpResult.Stopped) {
            return result;
        }
        pending.process();
        if (result instanceof CatchUpResult.Done) {
            names.run();
            outbox.run();
        }
        return result;
    }
}
