package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.delivery.OutboxWorker;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.engagement.EventRetention;
import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.monitor.Exposition;
import app.gigpigs.mauticsync.outbound.state.Tombstones;
import app.gigpigs.mauticsync.runs.RunLog;
import app.gigpigs.mauticsync.runs.StopRequest;
import app.gigpigs.mauticsync.server.InboxWorker;
import app.gigpigs.mauticsync.server.LoggedProgress;
import app.gigpigs.mauticsync.server.Retention;
import app.gigpigs.mauticsync.server.RetentionSettings;
import app.gigpigs.mauticsync.server.Server;
import app.gigpigs.mauticsync.server.Workers;
import app.gigpigs.mauticsync.setup.WebhookMonitor;
import app.gigpigs.mauticsync.setup.check.Installation.WantedWebhook;
import app.gigpigs.mauticsync.status.StatementCounts;
import app.gigpigs.mauticsync.status.StatusReport;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The process that stays. */
public final class ServerWiring {
    private static final int STORING_CONNECTIONS = 2;
    /** Mautic waits for the answer to a webhook without a limit of its own, and a reader's click waits with it. */
    private static final Duration STORING_TIMEOUT = Duration.ofSeconds(5);

    private final Config.Serve config;
    private final Connections both;
    private final InboundWiring inbound;

    private ServerWiring(Config.Serve config, Connections both) {
        this.config = config;
        this.both = both;
        this.inbound = new InboundWiring(both);
    }

    /** Starts the server; it serves until it is closed. */
    public static RunningServer start(Config.Serve config) {
        return start(config, new StopRequest());
    }

    /**
     * The same.
     *
     * @param stop asked for when it is closed, at the latest
     */
    public static RunningServer start(Config.Serve config, StopRequest stop) {
        Connections both = Connections.open(config.sync(), stop);
        Database storing = Database.shortTimeout(config.sync().database(), STORING_CONNECTIONS, STORING_TIMEOUT);
        Exposition metrics = exposition(config, both);
        try {
            return new RunningServer(
                    new ServerWiring(config, both).server(storing, metrics),
                    new RunningServer.Used(both, storing, metrics));
        } catch (RuntimeException e) {
            metrics.close();
            storing.close();
            both.close();
            throw e;
        }
    }

    private static Exposition exposition(Config.Serve config, Connections both) {
        return new Exposition(
                () -> new Exposition.Reading(StatusReport.of(both.jdbi(), both.crm()), StatementCounts.of(both.jdbi())),
                config.serve().administration().rules(),
                both.clock());
    }

    private Server server(Database storing, Exposition metrics) {
        new OutboundWiring(both).checkOptInTimes();
        Server.Work work = new Server.Work(
                new OutboundWiring(both).run(new LoggedProgress(both.clock())),
                new DeliveryStore(storing.jdbi()),
                new Workers(inboxWorker(), new ConsentWiring(both).outboxWorker()),
                new Server.Recurring(catchUp(), webhookCheck(), AlertWiring.alerts(config, both)),
                new Server.Told(() -> StatusReport.of(both.jdbi(), both.crm()), metrics::scrape));
        return new Server(config.serve(), both.opened().dataSource(), both.jdbi(), work, both.stop()).start();
    }

    private InboxWorker inboxWorker() {
        Retention retention = retention(config.serve().housekeeping().keep());
        Runnable names = inbound.lookUpNames();
        return new InboxWorker(
                inbound.inboxProcessor(),
                inbound.pendingEvents(),
                () -> {
                    retention.run();
                    names.run();
                },
                both.stop());
    }

    private Retention retention(RetentionSettings keep) {
        return new Retention(
                both.jdbi(),
                List.of(
                        (handle, most) -> Inbox.prune(handle, keep.deliveries(), most),
                        (handle, most) -> EventRetention.forgetPayloads(handle, keep.payloads(), most),
                        (handle, most) -> EventRetention.forgetPending(handle, keep.pendingEvents(), most),
                        (handle, most) -> Tombstones.prune(handle, keep.deletedCustomers(), most),
                        (handle, most) -> RunLog.prune(handle, keep.runs(), most)),
                both.stop());
    }

    private Runnable catchUp() {
        CatchUp catchUp = inbound.catchUp();
        OutboxWorker outbox = new ConsentWiring(both).outboxWorker();
        return () -> {
            catchUp.run(CatchUp.Extent.DUE, "schedule", both.stop());
            both.stop().check();
            // Without a task of its own yet: what the ledger has open is delivered at least here.
            outbox.run();
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
