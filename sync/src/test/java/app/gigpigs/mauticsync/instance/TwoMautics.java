package app.gigpigs.mauticsync.instance;

import app.gigpigs.mauticsync.app.OwnedTables;
import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.consent.ConsentSettings.DeletedCustomers;
import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.erasure.Erasure;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.catchup.ObservedOptOuts;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunEnvironment;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.Undo;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/** One CRM, the Mautic that it was synced with, and another one; with the parts of the sync wired as the program does. */
final class TwoMautics implements AutoCloseable {
    private static final String SECRET = "secret";
    private static final Optional<HashKey> KEY = Optional.of(HashKey.of("sixteen characters or more"));
    private static final CrmAccess CRM = CrmSides.of(CrmNames.DEFAULT, KEY);

    final Scenario world = new Scenario();
    final Jdbi jdbi = world.jdbi;
    final MauticSimulator before = world.mautic;
    final MauticSimulator after = MauticSimulator.start(SimulatorSettings.defaults());
    private final Inbox inbox = new Inbox(jdbi);
    private final Receiver receiver = new Receiver(jdbi, SECRET);

    /** Customers who opted in, by number from 1, all synced with the first Mautic. */
    void synced(int customers) {
        for (int number = 1; number <= customers; number++) {
            world.crm.add(number, email(number));
        }
        Scenario.counts(run(before));
    }

    static String email(int number) {
        return "p" + number + "@example.com";
    }

    RunResult run(MauticSimulator mautic) {
        return run(mautic.baseUri());
    }

    RunResult run(URI url) {
        return with(url, client -> {
            ObservedOptOuts seen = new ObservedOptOuts(jdbi, CRM, InstantSource.system());
            RunEnvironment.Consents consents = new RunEnvironment.Consents(catchUp(client)::beforePush, seen::apply);
            RunEnvironment environment =
                    new RunEnvironment(Sleeper.onThread(), new Random(1), Progress.NONE, StopSignal.NEVER, consents);
            return new OutboundRun(jdbi, client, settings(), environment).run(RunRequest.of(SyncMode.CHANGED));
        });
    }

    private static OutboundSettings settings() {
        OutboundSettings usual = Scenario.settings();
        return new OutboundSettings(
                Mapping.DEFAULT,
                usual.push(),
                usual.safety(),
                usual.unknownOutcomeWait(),
                new ConsentSettings(KEY, DeletedCustomers.DO_NOT_CONTACT, ReconsentPolicy.KEEP));
    }

    CatchUpResult catchUp(MauticSimulator mautic) {
        return with(mautic.baseUri(), client -> catchUp(client).run(CatchUp.Extent.DUE, "command"));
    }

    private CatchUp catchUp(Mautic client) {
        return new CatchUp(jdbi, client, CRM, CatchUpSettings.DEFAULT, InstantSource.system());
    }

    Optional<Erasure.Receipt> erase(MauticSimulator mautic, String email) {
        return with(
                mautic.baseUri(),
                client -> new Erasure(
                                jdbi,
                                client,
                                CrmNames.DEFAULT,
                                OwnedTables.ofPeople(jdbi, CrmNames.DEFAULT, KEY),
                                Sleeper.onThread())
                        .erase(email));
    }

    Optional<Undo.Result> undo(MauticSimulator mautic, UUID run) {
        RunEnvironment environment =
                new RunEnvironment(Sleeper.onThread(), new Random(1), Progress.NONE, StopSignal.NEVER);
        return with(mautic.baseUri(), client -> new Undo(jdbi, client, settings(), environment).undo(run));
    }

    /** Deliveries of its webhooks are stored from now on, and processed by {@link #processInbox()}. */
    void listenTo(MauticSimulator mautic) {
        mautic.webhooks()
                .addWebhook(
                        URI.create("http://127.0.0.1:" + receiver.port() + "/webhooks/mautic"),
                        SECRET,
                        List.of("mautic.lead_channel_subscription_changed"));
    }

    void processInbox() {
        new InboxProcessor(jdbi, CRM, InboundSettings.DEFAULT).run();
    }

    Inbox inbox() {
        return inbox;
    }

    Optional<InstanceSwitch.Known> switchInstance() {
        // With the rights that it has in real life.
        try (Database service = Postgres.open(Postgres.as(world.url, "mautic_sync_service"))) {
            return new InstanceSwitch(
                            service.jdbi(),
                            Sleeper.onThread(),
                            this::processInbox,
                            OwnedTables.ofInstance(service.jdbi(), CrmNames.DEFAULT))
                    .forget();
        }
    }

    <T> T with(URI url, Function<Mautic, T> work) {
        MauticSettings usual = world.mauticSettings();
        MauticSettings settings = new MauticSettings(url, usual.credentials(), usual.requestTimeout());
        try (Mautic client = new Mautic(settings, (time, why) -> {}, InstantSource.system())) {
            return work.apply(client);
        }
    }

    /** The contact of that Mautic with the customer's address. */
    static long contact(MauticSimulator mautic, int number) {
        return mautic.contacts().stream()
                .filter(contact -> email(number).equals(contact.text("email")))
                .findFirst()
                .orElseThrow()
                .id();
    }

    boolean wantsMails(CustomerId customer) {
        return Boolean.parseBoolean(
                Rows.one(jdbi, "select marketing_opt_in::text from public.customer_profiles where id = ?", customer));
    }

    /** Keys, with the number of the customer. */
    List<String> events() {
        return Rows.of(jdbi, """
                select instance || ' ' || event_key || coalesce(' of ' || ltrim(right(customer_id::text, 12), '0'), '')
                  from public.customer_email_engagement order by 1
                """);
    }

    /** What was written to that Mautic. */
    static List<String> writes(MauticSimulator mautic) {
        return mautic.requests().stream()
                .filter(request ->
                        !request.method().equals("GET") && request.path().startsWith("/api"))
                .map(request -> request.method() + " " + request.path())
                .toList();
    }

    @Override
    public void close() {
        receiver.close();
        after.close();
        world.close();
    }
}
