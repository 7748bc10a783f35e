package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.delivery.OutboxWorker;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.catchup.EmailNames;
import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.mautic.Mautic;

/** One catch-up by command, with everything that {@code serve} does beside it on its own schedule. */
public final class CatchUpOnce {
    private final CatchUp catchUp;
    private final PendingEvents pending;
    private final EmailNames names;
    private final Mautic mautic;
    private final OutboxWorker outbox;

    CatchUpOnce(CatchUp catchUp, PendingEvents pending, EmailNames names, Mautic mautic, OutboxWorker outbox) {
        this.catchUp = catchUp;
        this.pending = pending;
        this.names = names;
        this.mautic = mautic;
        this.outbox = outbox;
    }

    public CatchUpResult run(CatchUp.Extent extent) {
        CatchUpResult result = catchUp.run(extent, "command");
        pending.process();
        if (result instanceof CatchUpResult.Done) {
            names.fill(mautic.emails()::byId);
            outbox.run();
        }
        return result;
    }
}
