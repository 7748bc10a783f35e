package app.gigpigs.mauticsync;

import app.gigpigs.mauticsync.consent.Erased;
import app.gigpigs.mauticsync.consent.Erasure;
import app.gigpigs.mauticsync.consent.Lifting;
import app.gigpigs.mauticsync.consent.SuppressedStrangers;
import app.gigpigs.mauticsync.consent.SuppressionImport;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.explain.Explain;
import app.gigpigs.mauticsync.inbound.CatchUp;
import app.gigpigs.mauticsync.inbound.CatchUpResult;
import app.gigpigs.mauticsync.inbound.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.CrmSide;
import app.gigpigs.mauticsync.inbound.EmailNames;
import app.gigpigs.mauticsync.inbound.Inbox;
import app.gigpigs.mauticsync.inbound.InboxRun;
import app.gigpigs.mauticsync.inbound.SeenEntries;
import app.gigpigs.mauticsync.inbound.WaitingEvents;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.Check;
import app.gigpigs.mauticsync.outbound.Duplicates;
import app.gigpigs.mauticsync.outbound.Halt;
import app.gigpigs.mauticsync.outbound.Inspection;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.Plan;
import app.gigpigs.mauticsync.outbound.Progress;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.Surroundings;
import app.gigpigs.mauticsync.outbound.Undo;
import app.gigpigs.mauticsync.relink.KnownMautic;
import app.gigpigs.mauticsync.relink.Relink;
import app.gigpigs.mauticsync.runs.Pause;
import app.gigpigs.mauticsync.runs.SendAgain;
import app.gigpigs.mauticsync.serve.InboxWork;
import app.gigpigs.mauticsync.serve.Service;
import app.gigpigs.mauticsync.setup.HookHealth;
import app.gigpigs.mauticsync.setup.Installation;
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
                                config.run(),
                                heard(surroundings(progress, Halt.NEVER), config, jdbi, mautic))
                        .run(request));
    }

    /** Reads in Mautic's tables what its webhooks may have lost, once, to the end. */
    public static CatchUpResult catchUp(Config.Sync config, CatchUp.Extent extent) {
        return connected(config, (jdbi, mautic) -> {
            CatchUpResult result = catchUp(
                            config, jdbi, mautic, config.catchUp().withoutHaste())
                    .run(extent, "command");
            new WaitingEvents(
                            jdbi, config.run().mapping().crm(), config.catchUp().inbound())
                    .settle();
            if (result instanceof CatchUpResult.Done) {
                new EmailNames(jdbi).fill(mautic::email);
                strangers(config, jdbi, mautic).keepOut();
            }
            return result;
        });
    }

    private static CatchUp catchUp(Config.Sync config, Jdbi jdbi, Mautic mautic, CatchUpSettings settings) {
        return new CatchUp(jdbi, mautic, crmSide(config), settings, InstantSource.system());
    }

    private static SuppressedStrangers strangers(Config.Sync config, Jdbi jdbi, Mautic mautic) {
        return new SuppressedStrangers(
                jdbi,
                mautic,
                config.run().mapping().crm(),
                config.run().consent().key());
    }

    private static CrmSide crmSide(Config.Sync config) {
        return new CrmSide(
                config.run().mapping().crm(),
                erased(config),
                (handle, customers) -> new SendAgain(handle).all(customers));
    }

    private static Erased erased(Config.Sync config) {
        return new Erased(config.run().consent().key());
    }

    /** Lets what a run learns about consent find its way into the CRM. */
    private static Surroundings heard(Surroundings surroundings, Config.Sync config, Jdbi jdbi, Mautic mautic) {
        CatchUp catchUp = catchUp(config, jdbi, mautic, config.catchUp().withoutHaste());
        SeenEntries seen =
                new SeenEntries(jdbi, crmSide(config), config.catchUp().inbound(), InstantSource.system());
        return surroundings.with(new Surroundings.Consents(catchUp::beforeFirstPush, seen::apply));
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
                (jdbi, mautic) -> new Undo(jdbi, mautic, config.run(), surroundings(progress, Halt.NEVER)).undo(run));
    }

    /** What erasing a person needs. */
    public static <T> T erasure(Config.Sync config, Function<Erasure, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(new Erasure(
                        jdbi,
                        mautic,
                        config.run().mapping().crm(),
                        config.run().consent().key(),
                        Pause.onThread())));
    }

    /** What lifting an erasure needs. */
    public static <T> T lifting(Config.Sync config, Function<Lifting, T> work) {
        return database(
                config.database(),
                jdbi -> work.apply(new Lifting(
                        jdbi,
                        config.run().mapping().crm(),
                        config.run().consent().key())));
    }

    /** What importing a list of people who must not be mailed needs. */
    public static <T> T suppressions(Config.Sync config, Function<SuppressionImport, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(new SuppressionImport(
                        jdbi,
                        mautic,
                        config.run().mapping().crm(),
                        config.run().consent().key())));
    }

    /** What forgetting another Mautic's ids needs. */
    public static <T> T relink(Config.Sync config, BiFunction<Relink, KnownMautic, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(
                        new Relink(
                                jdbi,
                                Pause.onThread(),
                                () -> inboxRun(config, jdbi).run()),
                        new KnownMautic(jdbi, mautic)));
    }

    private static InboxRun inboxRun(Config.Sync config, Jdbi jdbi) {
        return new InboxRun(jdbi, crmSide(config), config.catchUp().inbound());
    }

    /** What plans need. */
    public static <T> T plan(Config.Sync config, Function<Plan, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(new Plan(
                        jdbi, mautic, config.run().mapping(), config.run().safety(), erased(config))));
    }

    /** What comparing both sides needs. */
    public static <T> T check(Config.Sync config, Function<Check, T> work) {
        return connected(
                config,
                (jdbi, mautic) ->
                        work.apply(new Check(jdbi, mautic, config.run().mapping(), erased(config))));
    }

    /** What looking for duplicates in Mautic needs. */
    public static <T> T duplicates(Config.Sync config, Function<Duplicates, T> work) {
        return connected(config, (jdbi, mautic) -> work.apply(new Duplicates(jdbi, mautic)));
    }

    /** What explaining one person needs. */
    public static <T> T explain(Config.Sync config, Function<Explain, T> work) {
        return connected(
                config,
                (jdbi, mautic) -> work.apply(new Explain(
                        jdbi, mautic, new Inspection(jdbi, mautic, config.run().mapping(), erased(config)))));
    }

    /** Starts the process that stays; it serves until it is closed. */
    public static Serving serve(Config.Serve config) {
        AtomicBoolean stopping = new AtomicBoolean();
        Database database = Database.open(config.sync().database(), CONNECTIONS);
        Database storing = Database.hurried(config.sync().database(), STORING, STORING_PATIENCE);
        Mautic mautic = new Mautic(config.sync().mautic(), App::pauseWithJitter, InstantSource.system());
        try {
            Migration.check(database.jdbi());
            Halt halt = () -> stopping.get() ? Optional.of("this process is being stopped") : Optional.empty();
            Surroundings heard = heard(surroundings(Progress.NONE, halt), config.sync(), database.jdbi(), mautic);
            OutboundRun run =
                    new OutboundRun(database.jdbi(), mautic, config.sync().run(), heard);
            CatchUp catchUp = catchUp(
                    config.sync(), database.jdbi(), mautic, config.sync().catchUp());
            Service.Work work = new Service.Work(
                    run::run,
                    new Inbox(storing.jdbi()),
                    inboxWork(config, database.jdbi(), mautic),
                    () -> {
                        catchUp.run(CatchUp.Extent.DUE, "schedule", stopping::get);
                        strangers(config.sync(), database.jdbi(), mautic).keepOut();
                    },
                    hookWatch(config, database.jdbi(), mautic));
            Service service = new Service(config.serve(), database.dataSource(), database.jdbi(), work, stopping);
            return new Serving(service, mautic, database, storing);
        } catch (RuntimeException e) {
            mautic.close();
            storing.close();
            database.close();
            throw e;
        }
    }

    /** Works with both sides as far as they are configured; whether they can be reached is for the work to find. */
    public static <T> T installation(Checkup config, IssuedSecret secret, Function<Installation, T> work) {
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
                    new Installation.Webhook(config.receiving().url(), secret::known, secret::issue),
                    InstantSource.system()));
        } finally {
            mautic.ifPresent(Mautic::close);
            admin.ifPresent(Database::close);
            service.ifPresent(Database::close);
        }
    }

    private static Runnable hookWatch(Config.Serve config, Jdbi jdbi, Mautic mautic) {
        List<String> secrets = config.serve().receiver().secrets();
        if (secrets.isEmpty() && config.webhookUrl().isEmpty()) {
            return () -> {}; // nobody wants webhooks here
        }
        HookHealth health = new HookHealth(jdbi);
        Installation.Webhook wanted =
                new Installation.Webhook(config.webhookUrl().map(URI::toString), () -> secrets, () -> {
                    throw new IllegalStateException("only setup makes secrets");
                });
        return () -> health.look(mautic, wanted);
    }

    private static InboxWork inboxWork(Config.Serve config, Jdbi jdbi, Mautic mautic) {
        CrmSide crm = crmSide(config.sync());
        EmailNames names = new EmailNames(jdbi);
        // Refuses to start without the key, rather than to let every delivery wait.
        jdbi.useHandle(crm.erased()::nobody);
        return new InboxWork(
                new Inbox(jdbi),
                new InboxRun(jdbi, crm, config.serve().inbound()),
                new WaitingEvents(jdbi, crm.names(), config.serve().inbound()),
                () -> names.fill(mautic::email),
                config.serve().upkeep().keepDeliveries());
    }

    /** What serves, closed in reverse. */
    public record Serving(Service service, Mautic mautic, Database database, Database storing)
            implements AutoCloseable {
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
        Pause.onThread().of(Duration.ofMillis((long)
                (time.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1.5))));
    }

    private static Surroundings surroundings(Progress progress, Halt halt) {
        // ThreadLocalRandom must be asked for anew on every thread.
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        return new Surroundings(Pause.onThread(), random, progress, halt);
    }
}
