package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.EmailNames;
import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.server.InboxWorker;
import app.gigpigs.mauticsync.server.Server;
import app.gigpigs.mauticsync.server.Workers;
import app.gigpigs.mauticsync.setup.WebhookMonitor;
import app.gigpigs.mauticsync.setup.check.Installation.WantedWebhook;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The process that stays. */
public final class ServerWiring {
    private static final int STORING_CONNECTIONS = 2;
    /** Mautic waits for the answer to a webhook without a limit of its own, and a reader's click waits with it. */
    private static final Duration STORING_TIMEOUT = Duration.ofSeconds(5);

    private final Config.Serve config;
    private final Connections both;
    private final InboundWiring inbound;
    private final AtomicBoolean stopping = new AtomicBoolean();

    private ServerWiring(Config.Serve config, Connections both) {
        this.config = config;
        this.both = both;
        this.inbound = new InboundWiring(both);
    }

    /** Starts the server; it serves until it is closed. */
    public static RunningServer start(Config.Serve config) {
        Connections both = Connections.open(config.sync());
        Database storing = Database.shortTimeout(config.sync().database(), STORING_CONNECTIONS, STORING_TIMEOUT);
        try {
            return new RunningServer(new ServerWiring(config, both).server(storing), both, storing);
        } catch (RuntimeException e) {
            storing.close();
            both.close();
            throw e;
        }
    }

    private Server server(Database storing) {
        new OutboundWiring(both).checkOptInTimes();
        StopSignal stop = () -> stopping.get() ? Optional.of("this process is being stopped") : Optional.empty();
        Server.Work work = new Server.Work(
                new OutboundWiring(both).run(Progress.NONE, stop),
                new DeliveryStore(storing.jdbi()),
                new Workers(inboxWorker(), new ConsentWiring(both).outboxWorker()),
                catchUp(),
                webhookCheck());
        return new Server(config.serve(), both.opened().dataSource(), both.jdbi(), work, stopping).start();
    }

    private InboxWorker inboxWorker() {
        // Without the right key every delivery would wait, so it is better not to start.
        both.jdbi().useHandle(both.erasures()::nobody);
        EmailNames names = inbound.emailNames();
        return new InboxWorker(
                new Inbox(both.jdbi()),
                inbound.inboxProcessor(),
                inbound.pendingEvents(),
                () -> names.fill(both.mautic().emails()::byId),
                config.serve().housekeeping().keepDeliveries());
    }

    private Runnable catchUp() {
        CatchUp catchUp = inbound.catchUp();
        return () -> {
            catchUp.run(CatchUp.Extent.DUE, "schedule", stopping::get);
        };
    }

    private Runnable webhookCheck() {
        List<String> secrets = config.serve().receiver().secrets();
        if (secrets.isEmpty() && config.webhookUrl().isEmpty()) {
            return () -> {}; // nobody wants webhooks here
        }
        WebhookMonitor monitor = new WebhookMonitor(both.jdbi());
        WantedWebhook wanted = new WantedWebhook(config.webhookUrl().map(URI::toString), () -> secrets, () -> {
            throw new IllegalStateException("only setup makes secrets");
        });
        return () -> monitor.look(both.mautic(), wanted);
    }
}
