package app.gigpigs.mauticsync.testing;

import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.delivery.OutboxWorker;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.inbound.catchup.ObservedOptOuts;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunEnvironment;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.Undo;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.payload.PlannedWrite;
import app.gigpigs.mauticsync.outbound.push.PushSettings;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import app.gigpigs.mauticsync.plan.SyncPlan;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/** A small CRM and a simulated Mautic, with the sync between them: the world of one test. */
public final class Scenario implements AutoCloseable {
    public final DatabaseUrl url = Postgres.copyOf("small_crm", Scenario::make);
    public final Database database = Postgres.open(url);
    public final Jdbi jdbi = database.jdbi();
    public final SmallCrm crm = SmallCrm.in(jdbi);
    public final MauticSimulator mautic;

    public Scenario() {
        this(SimulatorSettings.defaults());
    }

    public Scenario(SimulatorSettings settings) {
        mautic = MauticSimulator.start(settings);
    }

    private static void make(Database template) {
        SmallCrm.create(template.jdbi());
        new Migration(template.dataSource(), CrmNames.DEFAULT).run();
    }

    /** A short wait for unknown outcomes, so that tests wait for the database's clock only briefly. */
    public static OutboundSettings settings() {
        return new OutboundSettings(
                Mapping.DEFAULT,
                new PushSettings(200, OptionalInt.of(2), Duration.ZERO, Duration.ofMillis(5)),
                SafetySettings.DEFAULT,
                Duration.ofSeconds(1));
    }

    /** The environment variables by which a process uses this world, to be added to; a server listens on any free port. */
    public Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        variables.put("SUPABASE_DB_URL", url.jdbc());
        variables.put("MAUTIC_URL", mautic.baseUri().toString());
        variables.put("MAUTIC_CLIENT_ID", SimulatorSettings.defaults().clientId());
        variables.put("MAUTIC_CLIENT_SECRET", SimulatorSettings.defaults().clientSecret());
        variables.put("SYNC_LISTEN", "127.0.0.1:0");
        variables.put("SYNC_ADMIN_LISTEN", "127.0.0.1:0");
        return variables;
    }

    public MauticSettings mauticSettings() {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        return new MauticSettings(
                mautic.baseUri(),
                new Credentials.Client(defaults.clientId(), defaults.clientSecret()),
                Duration.ofSeconds(20));
    }

    public RunResult run(SyncMode mode) {
        return run(mode, settings(), mauticSettings());
    }

    public RunResult run(SyncMode mode, OutboundSettings settings, MauticSettings connection) {
        try (Mautic client = new Mautic(connection, quick()::of, InstantSource.system())) {
            return new OutboundRun(jdbi, client, settings, environment()).run(RunRequest.of(mode));
        }
    }

    public RunResult run(RunRequest request) {
        return run(request, settings());
    }

    public RunResult run(RunRequest request, OutboundSettings settings) {
        return run(request, settings, Progress.NONE);
    }

    /** Runs with a watcher, which may interfere. */
    public RunResult run(RunRequest request, OutboundSettings settings, Progress watcher) {
        return with(client -> new OutboundRun(
                        jdbi,
                        client,
                        settings,
                        new RunEnvironment(Sleeper.onThread(), new Random(1), watcher, StopSignal.NEVER))
                .run(request));
    }

    /** Runs for everybody, and does this once, after the first batch. */
    public RunResult runWith(OutboundSettings settings, Runnable act) {
        AtomicBoolean acted = new AtomicBoolean();
        return run(RunRequest.of(SyncMode.CHANGED), settings, new Progress() {
            @Override
            public void expect(int customers) {}

            @Override
            public void done(int customers) {
                if (acted.compareAndSet(false, true)) {
                    act.run();
                }
            }

            @Override
            public void note(String line) {}
        });
    }

    /** Runs as serve does: again, as soon as writes of unknown outcome can be looked up. */
    public void syncUntilNothingIsOpen() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> run(SyncMode.CHANGED) instanceof RunResult.Done done
                        && done.openFor().isEmpty());
    }

    /** Works with a client of this world's Mautic. */
    public <T> T with(Function<Mautic, T> work) {
        try (Mautic client = new Mautic(mauticSettings(), quick()::of, InstantSource.system())) {
            return work.apply(client);
        }
    }

    public Optional<Undo.Result> undo(UUID run) {
        return with(client -> new Undo(jdbi, client, settings(), environment()).undo(run));
    }

    /** The plan, customer by customer. */
    public List<PlannedWrite> plan() {
        List<PlannedWrite> pushes = new ArrayList<>();
        with(client -> new SyncPlan(
                        jdbi,
                        client,
                        settings().mapping(),
                        settings().safety(),
                        new ErasureRegister(settings().consent().key()))
                .make(SyncMode.CHANGED, pushes::add));
        return pushes;
    }

    /** The id of the latest run. */
    public UUID lastRun() {
        return new RunHistory(jdbi).last(1).get(0).id();
    }

    /** Runs with another mapping, and the run goes through. */
    public RunCounts sync(Mapping mapping) {
        OutboundSettings usual = settings();
        return counts(run(
                SyncMode.CHANGED,
                new OutboundSettings(mapping, usual.push(), usual.safety(), usual.unknownOutcomeWait()),
                mauticSettings()));
    }

    /** Runs, and the run goes through. */
    public RunCounts sync() {
        return counts(run(SyncMode.CHANGED));
    }

    public static RunCounts counts(RunResult result) {
        if (result instanceof RunResult.Done done) {
            return done.report().counts();
        }
        throw new AssertionError("the run did not go through: " + result);
    }

    /** Retries wait a hundredth of their time; waits for writes in flight are the database's and are kept. */
    private static Sleeper quick() {
        return time -> Sleeper.onThread().of(time.dividedBy(100));
    }

    private static RunEnvironment environment() {
        return new RunEnvironment(Sleeper.onThread(), new Random(1), Progress.NONE, StopSignal.NEVER);
    }

    /** The only contact with this address. */
    public SimulatedContact contact(String email) {
        var found = mautic.contacts().stream()
                .filter(contact -> email.equalsIgnoreCase(contact.text("email")))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " contacts with " + email);
        }
        return found.get(0);
    }

    /** A column of a customer's status row, as text. */
    public String status(CustomerId customer, String column) {
        return Rows.one(
                jdbi,
                String.format(
                        Locale.ROOT, "select %s::text from public.mautic_sync_status where customer_id = ?", column),
                customer);
    }

    /** Does what serve does every few seconds; answers how many do-not-contact entries are new. */
    public int deliverOptOuts() {
        CrmAccess crm = CrmSides.of(CrmNames.DEFAULT, settings().consent().key());
        return with(client -> new OutboxWorker(
                        jdbi, client, crm, new ObservedOptOuts(jdbi, crm, InstantSource.system())::apply)
                .run());
    }

    /** Makes rejected customers due again, as time would. */
    public void letPausesPass() {
        SmallCrm.execute(jdbi, "update public.mautic_sync_status set next_attempt_at = now()");
    }

    @Override
    public void close() {
        mautic.close();
        database.close();
        Postgres.drop(url);
    }
}
