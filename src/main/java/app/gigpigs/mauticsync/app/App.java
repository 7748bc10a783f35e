package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.erasure.Erasure;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.erasure.ErasureReversal;
import app.gigpigs.mauticsync.consent.suppression.SuppressionImport;
import app.gigpigs.mauticsync.consent.suppression.UnknownContactCheck;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.explain.CustomerInspector;
import app.gigpigs.mauticsync.explain.Explainer;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.catchup.EmailNames;
import app.gigpigs.mauticsync.inbound.catchup.ObservedOptOuts;
import app.gigpigs.mauticsync.inbound.engagement.CrmAccess;
import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.instance.InstanceSwitch;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.RunEnvironment;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.Undo;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import app.gigpigs.mauticsync.plan.SyncPlan;
import app.gigpigs.mauticsync.reconcile.DuplicateContacts;
import app.gigpigs.mauticsync.reconcile.Reconciliation;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.server.InboxWorker;
import app.gigpigs.mauticsync.server.Server;
import app.gigpigs.mauticsync.setup.DoctorConfig;
import app.gigpigs.mauticsync.setup.WebhookMonitor;
import app.gigpigs.mauticsync.setup.WebhookSecret;
import app.gigpigs.mauticsync.setup.check.Installation;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Jdbi;

/** Puts the program together: the only place that sees every package, and where time and chance come in. */
public final class App {
    private static final int ADMIN_CONNECTIONS = 4;
    /** Lanes need one only between calls to Mautic, the lease now and then; the role is limited to 15 in all. */
    private static final int CONNECTIONS = 6;
    /** Of serve, for storing deliveries alone. */
    private static final int STORING = 2;
    /** Mautic waits without a limit of its own: in its immediate mode every click of a reader's does, too. */
    private static final Duration STORING_PATIENCE = Duration.ofSeconds(5);

    private App() {}

    /** Brings the database to the schema this program needs; answers how many migration files were applied. */
    public static int migrate(DatabaseUrl admin, CrmNames crm) {
        try (Database database = Database.connect(admin, ADMIN_CONNECTIONS)) {
            return new Migration(database.dataSource(), crm).run();
        }
    }

    /** Runs the outbound journey once. */
    public static RunResult sync(Config.Sync config, RunRequest request, Progress progress) {
        return connected(
                config,
                (jdbi, mautic) -> new OutboundRun(
                                jdbi,
                                mautic,
                                config.outbound(),
                                heard(environment(progress, StopSignal.NEVER), config, jdbi, mautic))
                        .run(request));
    }

    /** Reads in Mautic's tables what its webhooks may have lost, once, to the end. */
    public static CatchUpResult catchUp(Config.Sync config, CatchUp.Extent extent) {
        return connected(config, (jdbi, mautic) -> {
            CatchUpResult result = catchUp(
                            config, jdbi, mautic, config.catchUp().withoutHaste())
                    .run(extent, "command");
            new PendingEvents(
                            jdbi,
                            config.outbound().mapping().crm(),
                            config.catchUp().inbound())
                    .process();
            if (result instanceof CatchUpResult.Done) {
                new EmailNames(jdbi).fill(mautic.emails()::byId);
                unlinked(config, jdbi, mautic).addDoNotContact();
            }
            return result;
        });
    }

    private static CatchUp catchUp(Config.Sync config, Jdbi jdbi, Mautic mautic, CatchUpSettings settings) {
        return new CatchUp(jdbi, mautic, crmSide(config), settings, InstantSource.system());
    }

    private static UnknownContactCheck unlinked(Config.Sync config, Jdbi jdbi, Mautic mautic) {
        return new UnknownContactCheck(
                jdbi,
                mautic,
                config.outbound().mapping().crm(),
                config.outbound().consent().key());
    }

    private static CrmAccess crmSide(Config.Sync config) {
        return new CrmAccess(
                config.outbound().mapping().crm(),
                erased(config),
                (handle, customers) -> new ResendRequests(handle).all(customers));
    }

    private static ErasureRegister erased(Config.Sync config) {
        return new ErasureRegister(config.outbound().consent().key());
    }

    /** Lets what a run learns about consent find its way into the CRM. */
    private static RunEnvironment heard(RunEnvironment environment, Config.Sync config, Jdbi jdbi, Mautic mautic) {
        CatchUp catchUp = catchUp(config, jdbi, mautic, config.catchUp().withoutHaste());
        ObservedOptOuts seen =
                new ObservedOptOuts(jdbi, crmSide(config), config.catchUp().inbound(), InstantSource.system());
        return environment.with(new RunEnvironment.Consents(catchUp::beforeFirstPush, seen::apply));
    }

    /** What the commands need that read or steer through the database alone. */
    public static <T> T database(DatabaseUrl service, Function<Jdbi, T> work) {
        try (Database database = Database.connect(service, 2)) {
            Migration.check(database.jdbi());
            return work.apply(database.jdbi());
        }
    }

    /**
     * Puts back what a run overwrote.
     *
     * @return empty when another run is alive
     */
    public static Optional<Undo.Result> undo(Config.Sync config, UUID run, Progress progress) {
        return connected(
                config,
                (jdbi, mautic) ->
                        new Undo(jdbi, mautic, config.outbound(), environment(progress, StopSignal.NEVER)).undo(run));
    }

    /** What erasing a person needs. */
    public static <T> T erasure(Config.Sync config, Function<Erasure, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(new Erasure(
                        jdbi,
                        mautic,
                        config.outbound().mapping().crm(),
                        OwnedTables.ofPeople(
                                jdbi,
                                config.outbound().mapping().crm(),
                                config.outbound().consent().key()),
                        Sleeper.onThread())));
    }

    /** What lifting an erasure needs. */
    public static <T> T reversal(Config.Sync config, Function<ErasureReversal, T> work) {
        return database(
                config.database(),
                jdbi -> work.apply(new ErasureReversal(
                        jdbi,
                        config.outbound().mapping().crm(),
                        config.outbound().consent().key())));
    }

    /** What importing a list of people who must not be mailed needs. */
    public static <T> T suppressions(Config.Sync config, Function<SuppressionImport, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(new SuppressionImport(
                        jdbi,
                        mautic,
                        config.outbound().mapping().crm(),
                        config.outbound().consent().key())));
    }

    /** What forgetting another Mautic's ids needs. */
    public static <T> T switchInstance(Config.Sync config, BiFunction<InstanceSwitch, InstanceCheck, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(
                        new InstanceSwitch(
                                jdbi,
                                Sleeper.onThread(),
                                () -> inboxRun(config, jdbi).run(),
                                OwnedTables.ofInstance(
                                        jdbi, config.outbound().mapping().crm())),
                        new InstanceCheck(jdbi, mautic)));
    }

    private static InboxProcessor inboxRun(Config.Sync config, Jdbi jdbi) {
        return new InboxProcessor(jdbi, crmSide(config), config.catchUp().inbound());
    }

    /** What plans need. */
    public static <T> T plan(Config.Sync config, Function<SyncPlan, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(new SyncPlan(
                        jdbi,
                        mautic,
                        config.outbound().mapping(),
                        config.outbound().safety(),
                        erased(config))));
    }

    /** What comparing both sides needs. */
    public static <T> T check(Config.Sync config, Function<Reconciliation, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(
                        new Reconciliation(jdbi, mautic, config.outbound().mapping())));
    }

    /** What looking for duplicates in Mautic needs. */
    public static <T> T duplicates(Config.Sync config, Function<DuplicateContacts, T> work) {
        return connected(config, (jdbi, mautic) -> work.apply(new DuplicateContacts(jdbi, mautic)));
    }

    /** What explaining one person needs. */
    public static <T> T explain(Config.Sync config, Function<Explainer, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(new Explainer(
                        jdbi,
                        mautic,
                        new CustomerInspector(jdbi, mautic, config.outbound().mapping(), erased(config)))));
    }

    /** Starts the process that stays; it serves until it is closed. */
    public static Serving serve(Config.Serve config) {
        AtomicBoolean stopping = new AtomicBoolean();
        Database database = Database.open(config.sync().database(), CONNECTIONS);
        Database storing = Database.hurried(config.sync().database(), STORING, STORING_PATIENCE);
        Mautic mautic = new Mautic(config.sync().mautic(), App::pauseWithJitter, InstantSource.system());
        try {
            Migration.check(database.jdbi());
            StopSignal stop = () -> stopping.get() ? Optional.of("this process is being stopped") : Optional.empty();
            RunEnvironment heard = heard(environment(Progress.NONE, stop), config.sync(), database.jdbi(), mautic);
            OutboundRun run =
                    new OutboundRun(database.jdbi(), mautic, config.sync().outbound(), heard);
            CatchUp catchUp = catchUp(
                    config.sync(), database.jdbi(), mautic, config.sync().catchUp());
            Server.Work work = new Server.Work(
                    run::run,
                    new Inbox(storing.jdbi()),
                    inboxWork(config, database.jdbi(), mautic),
                    () -> {
                        catchUp.run(CatchUp.Extent.DUE, "schedule", stopping::get);
                        unlinked(config.sync(), database.jdbi(), mautic).addDoNotContact();
                    },
                    webhookCheck(config, database.jdbi(), mautic));
            Server service = new Server(config.serve(), database.dataSource(), database.jdbi(), work, stopping);
            return new Serving(service, mautic, database, storing);
        } catch (RuntimeException e) {
            mautic.close();
            storing.close();
            database.close();
            throw e;
        }
    }

    /** Works with both sides as far as they are configured; whether they can be reached is for the work to find. */
    public static <T> T installation(DoctorConfig config, WebhookSecret secret, Function<Installation, T> work) {
        Optional<Database> service = config.logins().service().map(login -> Database.open(login, 2));
        Optional<Database> admin = config.logins().admin().map(login -> Database.open(login, ADMIN_CONNECTIONS));
        Optional<Mautic> mautic =
                config.mautic().map(settings -> new Mautic(settings, App::pauseWithJitter, InstantSource.system()));
        try {
            Installation.DatabaseSide database = new Installation.DatabaseSide(
                    service.map(opened ->
                            new Installation.Service(config.logins().service().orElseThrow(), opened)),
                    admin.map(opened -> new Installation.Admin(
                            opened.jdbi(),
                            () -> new Migration(
                                            opened.dataSource(),
                                            config.mapping().crm())
                                    .run())));
            return work.apply(new Installation(
                    config.mapping(),
                    database,
                    mautic.map(client ->
                            new Installation.MauticSide(config.mautic().orElseThrow(), client)),
                    new Installation.WantedWebhook(config.receiving().url(), secret::known, secret::issue),
                    InstantSource.system()));
        } finally {
            mautic.ifPresent(Mautic::close);
            admin.ifPresent(Database::close);
            service.ifPresent(Database::close);
        }
    }

    private static Runnable webhookCheck(Config.Serve config, Jdbi jdbi, Mautic mautic) {
        List<String> secrets = config.serve().receiver().secrets();
        if (secrets.isEmpty() && config.webhookUrl().isEmpty()) {
            return () -> {}; // nobody wants webhooks here
        }
        WebhookMonitor health = new WebhookMonitor(jdbi);
        Installation.WantedWebhook wanted =
                new Installation.WantedWebhook(config.webhookUrl().map(URI::toString), () -> secrets, () -> {
                    throw new IllegalStateException("only setup makes secrets");
                });
        return () -> health.look(mautic, wanted);
    }

    private static InboxWorker inboxWork(Config.Serve config, Jdbi jdbi, Mautic mautic) {
        CrmAccess crm = crmSide(config.sync());
        EmailNames names = new EmailNames(jdbi);
        // Refuses to start without the key, rather than to let every delivery wait.
        jdbi.useHandle(crm.erased()::nobody);
        return new InboxWorker(
                new Inbox(jdbi),
                new InboxProcessor(jdbi, crm, config.serve().inbound()),
                new PendingEvents(jdbi, crm.names(), config.serve().inbound()),
                () -> names.fill(mautic.emails()::byId),
                config.serve().housekeeping().keepDeliveries());
    }

    /** What serves, closed in reverse. */
    public record Serving(Server service, Mautic mautic, Database database, Database storing) implements AutoCloseable {
        /** Where webhooks arrive and the health endpoints answer. */
        public int port() {
            return service.port();
        }

        @Override
        public void close() {
            service.close();
            storing.close();
            mautic.close();
            database.close();
        }
    }

    private static <T> T connected(Config.Sync config, BiFunction<Jdbi, Mautic, T> work) {
        try (Database database = Database.connect(config.database(), CONNECTIONS);
                Mautic mautic = new Mautic(config.mautic(), App::pauseWithJitter, InstantSource.system())) {
            Migration.check(database.jdbi());
            return work.apply(database.jdbi(), mautic);
        }
    }

    private static void pauseWithJitter(Duration time) {
        Sleeper.onThread().of(Duration.ofMillis((long)
                (time.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1.5))));
    }

    private static RunEnvironment environment(Progress progress, StopSignal stop) {
        // ThreadLocalRandom must be asked for anew on every thread.
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        return new RunEnvironment(Sleeper.onThread(), random, progress, stop);
    }
}
