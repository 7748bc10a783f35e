package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.inbound.ses.SesSettings;
import app.gigpigs.mauticsync.inbound.webhook.WebhookContract;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.referencecrm.ReferenceCrm;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Installation;
import app.gigpigs.mauticsync.setup.check.Installation.DatabaseSide;
import app.gigpigs.mauticsync.setup.check.Installation.MauticSide;
import app.gigpigs.mauticsync.setup.check.Installation.Service;
import app.gigpigs.mauticsync.setup.check.Installation.WantedWebhook;
import app.gigpigs.mauticsync.simulator.FieldSet;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/** The reference CRM for all tests of a class, and a freshly installed Mautic for each. */
final class SetupWorld implements AutoCloseable {
    static final String URL = "http://127.0.0.1:1/webhooks/mautic";
    static final String SECRET = "hush";
    static final Duration STALE_AFTER = Duration.ofHours(1);

    private static final class Crm {
        private static final DatabaseUrl OWNER_URL = Postgres.emptyDatabase();
        private static final Database OWNER = migrated();

        private static final DatabaseUrl SERVICE_URL = Postgres.as(OWNER_URL, "mautic_sync_service");
        private static final Database SERVICE = Postgres.open(SERVICE_URL);

        private static Database migrated() {
            Database owner = Postgres.open(OWNER_URL);
            new ReferenceCrm(owner.dataSource()).create();
            new Migration(owner.dataSource(), CrmNames.DEFAULT).run();
            SmallCrm.execute(owner.jdbi(), "alter role mautic_sync_service password 'secret'");
            SmallCrm.execute(
                    owner.jdbi(),
                    "insert into public.customer_profiles (id) values ('" + SmallCrm.id(1)
                            + "'); insert into public.customer_emails (customer_id, email) values ('" + SmallCrm.id(1)
                            + "', 'a@example.com')");
            return owner;
        }
    }

    final Jdbi owner = Crm.OWNER.jdbi();
    final DatabaseUrl ownerUrl = Crm.OWNER_URL;
    final MauticSimulator mautic;
    /** What a test plants differently. */
    DatabaseUrl serviceUrl = Crm.SERVICE_URL;

    URI mauticUrl;
    boolean databaseOnly;
    Credentials credentials = new Credentials.Client(
            SimulatorSettings.defaults().clientId(),
            SimulatorSettings.defaults().clientSecret());
    Optional<String> webhookUrl = Optional.of(URL);
    List<String> secrets = List.of(SECRET);
    SesSettings ses = new SesSettings(List.of());
    Mapping mapping = Mapping.DEFAULT;
    InstantSource clock = InstantSource.system();

    /** With a freshly installed Mautic. */
    SetupWorld() {
        this(FieldSet.NONE);
    }

    private SetupWorld(FieldSet fields) {
        mautic = MauticSimulator.start(SimulatorSettings.defaults().withFields(fields));
        mauticUrl = mautic.baseUri();
    }

    /** With a Mautic as setup leaves it behind. */
    static SetupWorld ready() {
        SetupWorld world = new SetupWorld(FieldSet.CRM_FIELDS);
        Mapping.DEFAULT
                .segments()
                .ordered()
                .values()
                .forEach(segment -> world.mautic.addSegment(segment.name(), segment.alias(), "[]"));
        world.mautic.webhooks().addWebhook(URI.create(URL), SECRET, WebhookContract.TRIGGERS);
        return world;
    }

    /** What the doctor finds. */
    List<Finding> examine() {
        return withDoctor(Doctor::examine);
    }

    List<String> lines() {
        return examine().stream()
                .map(one -> one.level() + " " + one.subject() + ": " + one.message() + " | " + one.fix())
                .toList();
    }

    Setup.Plan plan() {
        return withDoctor(doctor -> new Setup(doctor).plan());
    }

    Setup.Result setUp() {
        return withDoctor(doctor -> {
            Setup setup = new Setup(doctor);
            return setup.carryOut(setup.plan());
        });
    }

    WantedWebhook webhook() {
        return new WantedWebhook(webhookUrl, () -> secrets, () -> "made-up");
    }

    void withMautic(Consumer<Mautic> work) {
        try (Mautic client = new Mautic(mauticSettings(), (time, why) -> {}, InstantSource.system())) {
            work.accept(client);
        }
    }

    private MauticSettings mauticSettings() {
        return new MauticSettings(mauticUrl, credentials, Duration.ofSeconds(20));
    }

    private <T> T withDoctor(Function<Doctor, T> work) {
        MauticSettings settings = mauticSettings();
        boolean usual = serviceUrl.equals(Crm.SERVICE_URL);
        Database service = usual ? Crm.SERVICE : Postgres.open(serviceUrl);
        try (Mautic client = new Mautic(settings, (time, why) -> {}, InstantSource.system())) {
            Installation installation = new Installation(
                    mapping,
                    new DatabaseSide(Optional.of(new Service(serviceUrl, service)), Optional.empty(), Optional.empty()),
                    databaseOnly ? Optional.empty() : Optional.of(new MauticSide(settings, client)),
                    webhook(),
                    clock);
            return work.apply(
                    new Doctor(installation, new DoctorConfig.Receiving(webhookUrl, secrets, ses, STALE_AFTER)));
        } finally {
            if (!usual) {
                service.close();
            }
        }
    }

    /** Requests that change something, those for tokens left out. */
    List<String> writes() {
        return mautic.requests().stream()
                .filter(request -> !request.method().equals("GET")
                        && !request.path().equals("/oauth/v2/token")
                        && !request.path().equals("/mailer/callback"))
                .map(request -> request.method() + " " + request.path())
                .toList();
    }

    void sql(String text) {
        SmallCrm.execute(owner, text);
    }

    @Override
    public void close() {
        mautic.close();
    }
}
