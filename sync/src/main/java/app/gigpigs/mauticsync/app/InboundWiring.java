package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.catchup.EmailNames;
import app.gigpigs.mauticsync.inbound.catchup.ObservedOptOuts;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;

/** The inbound journey. */
public final class InboundWiring {
    private final Connections both;
    private final CatchUpSettings settings;

    public InboundWiring(Connections both) {
        this.both = both;
        this.settings = both.config().catchUp();
    }

    /** What the command {@code catch-up} does. */
    public CatchUpOnce catchUpOnce() {
        return new CatchUpOnce(
                completeCatchUp(), pendingEvents(), lookUpNames(), new ConsentWiring(both).outboxWorker(), both.stop());
    }

    /** Leaves some of the old history for the next one, so that it does not take long. */
    CatchUp catchUp() {
        return new CatchUp(both.jdbi(), both.mautic(), crm(), settings, both.clock());
    }

    /** Reads to the end, however long it takes. */
    CatchUp completeCatchUp() {
        return new CatchUp(both.jdbi(), both.mautic(), crm(), settings.untilComplete(), both.clock());
    }

    ObservedOptOuts observedOptOuts() {
        return new ObservedOptOuts(both.jdbi(), crm(), both.clock());
    }

    InboxProcessor inboxProcessor() {
        return new InboxProcessor(both.jdbi(), crm(), InboundSettings.DEFAULT);
    }

    PendingEvents pendingEvents() {
        return new PendingEvents(both.jdbi(), crm());
    }

    /** Adds the missing names of e-mails. */
    Runnable lookUpNames() {
        EmailNames names = new EmailNames(both.jdbi());
        return () -> names.fill(id -> {
            both.stop().check();
            return both.mautic().emails().byId(id);
        });
    }

    private CrmAccess crm() {
        return new ConsentWiring(both).crm();
    }
}
