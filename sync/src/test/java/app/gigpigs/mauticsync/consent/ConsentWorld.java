package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.delivery.OutboxWorker;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerIdType;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.catchup.ObservedOptOuts;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.inbound.webhook.WebhookContract;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunEnvironment;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.reconcile.Reconciliation;
import app.gigpigs.mauticsync.reconcile.Scope;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.NetworkFaults;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import app.gigpigs.mauticsync.testing.TcpProxy;
import java.net.URI;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** A CRM, a simulated Mautic and all parts of the sync between them, each of which can lose its database connection at any point. */
final class ConsentWorld implements AutoCloseable {
    private static final String SECRET = "secret";
    private static final CrmAccess CRM = CrmSides.of(CrmNames.DEFAULT);
    private static final CatchUpSettings CATCH_UP =
            new CatchUpSettings(Duration.ofDays(30), Duration.ZERO, 1000, Duration.ofDays(1));

    final DatabaseUrl url = Postgres.emptyDatabase();
    final Database database = Postgres.open(url);
    final Jdbi jdbi = database.jdbi();
    final SmallCrm crm = SmallCrm.create(jdbi);
    final Inbox inbox = new Inbox(jdbi);
    final Receiver receiver = new Receiver(jdbi, SECRET);
    MauticSimulator mautic = MauticSimulator.start(SimulatorSettings.defaults());
    private long email;

    ConsentWorld() {
        new Migration(database.dataSource(), CrmNames.DEFAULT).run();
    }

    /** Starts from empty tables and a new Mautic; a new database would take longer than the rest of a story. */
    void begin() {
        begin(MauticVersion.V5_1);
        crm.add(1, "family@example.com");
        crm.add(2, "Family@example.com");
        crm.add(3, "c@example.com");
        crm.add(4, "d@example.com");
    }

    /** The same without customers. */
    void begin(MauticVersion version) {
        SmallCrm.execute(jdbi, """
                do $$ declare names text; begin
                  select string_agg(format('%I.%I', schemaname, tablename), ', ') into names from pg_tables
                   where schemaname in ('public', 'mautic_sync') and tablename not like 'flyway%';
                  execute 'truncate ' || names;
                  delete from public.mautic_sync_logs;
                  insert into mautic_sync.instance (number) values (1);
                end $$
                """);
        mautic.close();
        mautic = MauticSimulator.start(SimulatorSettings.defaults().withVersion(version));
        mautic.webhooks()
                .addWebhook(
                        URI.create("http://127.0.0.1:" + receiver.port() + "/webhooks/mautic"),
                        SECRET,
                        WebhookContract.TRIGGERS);
        email = mautic.mails().create("News", "Hello");
    }

    /** The contact that receives the customer's mails, by the addresses it can have. */
    Optional<SimulatedContact> contact(int customer) {
        String addresses = List.of(
                        "family@example.com", "family@example.com", "c@example.com c2@example.com", "d@example.com")
                .get(customer - 1);
        return mautic.contacts().stream()
                .filter(contact -> contact.text("email") != null
                        && List.of(addresses.split(" "))
                                .contains(contact.text("email").toLowerCase(java.util.Locale.ROOT)))
                .findFirst();
    }

    static boolean onDoNotContact(SimulatedContact contact) {
        return contact.doNotContact().stream().anyMatch(entry -> entry.channel().equals("email"));
    }

    /** The numbers of the customers who are opted out in the CRM. */
    Set<Integer> optedOutInCrm() {
        return Rows.of(
                        jdbi,
                        "select ltrim(right(id::text, 12), '0') from public.customer_profiles where not marketing_opt_in")
                .stream()
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A mail to the contact, for the link in it. */
    long mail(SimulatedContact contact) {
        return mautic.mails().sendToContact(email, contact.id());
    }

    void webhooks(Step.Delivery delivery) {
        mautic.webhooks()
                .networkFaults(
                        1,
                        switch (delivery) {
                            case ARRIVES -> NetworkFaults.NONE;
                            case IS_LOST -> new NetworkFaults(1, 0, 0);
                            case ARRIVES_TWICE -> new NetworkFaults(0, 1, 0);
                            case IS_DELAYED -> new NetworkFaults(0, 0, 1);
                        });
    }

    void loseResponses() {
        mautic.faults().next("POST", "/api/contacts/batch/new", new Fault.CloseAfter());
        mautic.faults().next("PATCH", "/api/contacts/batch/edit", new Fault.CloseAfter());
    }

    RunResult push(Jdbi line) {
        return push(line, ReconsentPolicy.KEEP);
    }

    RunResult push(Jdbi line, ReconsentPolicy policy) {
        OutboundSettings settings = settings(policy);
        try (Mautic client = client()) {
            ObservedOptOuts seen = new ObservedOptOuts(line, CRM, InstantSource.system());
            RunEnvironment.Consents consents =
                    new RunEnvironment.Consents(catchUp(line, client)::beforePush, seen::apply);
            return new OutboundRun(
                            line,
                            client,
                            settings,
                            new RunEnvironment(
                                    Sleeper.onThread(), new Random(1), Progress.NONE, StopSignal.NEVER, consents))
                    .run(RunRequest.of(SyncMode.CHANGED));
        }
    }

    static OutboundSettings settings(ReconsentPolicy policy) {
        OutboundSettings usual = Scenario.settings();
        return new OutboundSettings(
                usual.mapping(),
                usual.push(),
                usual.safety(),
                Duration.ofMillis(100),
                new ConsentSettings(Optional.empty(), ConsentSettings.DEFAULT.deleted(), policy));
    }

    /** Whether any customer has this contact. */
    boolean isLinked(long contact) {
        return !Rows.of(
                        jdbi,
                        "select customer_id::text from public.mautic_sync_status where mautic_contact_id = ?",
                        (int) contact)
                .isEmpty();
    }

    void reconcile() {
        try (Mautic client = client()) {
            new Reconciliation(jdbi, client, Mapping.DEFAULT, InstantSource.system())
                    .run(new Scope.All(), Reconciliation.Mode.REPAIR, drift -> {});
        }
    }

    /** What a server does every few seconds. */
    void deliverOptOuts(Jdbi line) {
        try (Mautic client = client()) {
            new OutboxWorker(line, client, CRM, new ObservedOptOuts(line, CRM, InstantSource.system())::apply).run();
        }
    }

    InboxProcessor.Result processInbox(Jdbi line) {
        return new InboxProcessor(line, CrmSides.of(CrmNames.DEFAULT), InboundSettings.DEFAULT).run();
    }

    CatchUpResult catchUp(Jdbi line) {
        try (Mautic client = client()) {
            return catchUp(line, client).run(CatchUp.Extent.DUE, "command");
        }
    }

    private static CatchUp catchUp(Jdbi line, Mautic client) {
        return new CatchUp(line, client, CRM, CATCH_UP, InstantSource.system());
    }

    Mautic client() {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        return new Mautic(
                new MauticSettings(
                        mautic.baseUri(),
                        new Credentials.Client(defaults.clientId(), defaults.clientSecret()),
                        Duration.ofSeconds(20)),
                (time, why) -> Sleeper.onThread().of(time.dividedBy(100)),
                InstantSource.system());
    }

    /** Work that loses its database connection for good at the n-th message; 0 lets it run to the end. */
    void cutting(int cut, Consumer<Jdbi> work) {
        if (cut == 0) {
            work.accept(jdbi);
            return;
        }
        CutAt watcher = new CutAt(cut);
        try (TcpProxy line =
                new TcpProxy("127.0.0.1", URI.create(url.jdbc().substring(5)).getPort(), watcher)) {
            watcher.line = line;
            String through = url.jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + line.port() + "/");
            work.accept(Jdbi.create(() -> DriverManager.getConnection(through)).installPlugin(new CustomerIdType()));
        } catch (JdbiException dead) {
            // What was sent before stays; the next process finds it.
        }
        expireLeases();
    }

    /** Two processes at once. */
    void twice(Consumer<Jdbi> work) {
        Thread second = new Thread(() -> work.accept(jdbi));
        second.start();
        work.accept(jdbi);
        try {
            second.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the CRM's tables have the triggers of the outbox. */
    void triggers(boolean on) {
        SmallCrm.execute(jdbi, "alter table public.customer_profiles " + (on ? "enable" : "disable") + " trigger user");
    }

    /** Whether any contact with the address can be mailed. */
    boolean mailable(String address) {
        return mautic.contacts().stream()
                .filter(contact -> address.equals(contact.text("email")))
                .anyMatch(contact -> !onDoNotContact(contact));
    }

    /** As after half a minute: the leases of a dead process have expired, and its writes have ended. */
    void expireLeases() {
        SmallCrm.execute(jdbi, """
                update mautic_sync.lease set expires_at = now() - interval '1 second';
                update public.mautic_sync_status set in_flight_until = now() - interval '1 second'
                 where in_flight_until is not null;
                update public.mautic_sync_status set next_attempt_at = now() where next_attempt_at > now()
                """);
    }

    @Override
    public void close() {
        receiver.close();
        mautic.close();
        database.close();
        Postgres.drop(url);
    }

    private static final class CutAt implements TcpProxy.Watcher {
        private final AtomicInteger messages = new AtomicInteger();
        private final int cut;
        private volatile TcpProxy line;

        private CutAt(int cut) {
            this.cut = cut;
        }

        @Override
        public void before() {
            if (messages.incrementAndGet() == cut && cut % 2 == 0) {
                line.breakOff();
            }
        }

        @Override
        public void after() {
            if (messages.get() == cut && cut % 2 != 0) {
                line.breakOff();
            }
        }
    }
}
