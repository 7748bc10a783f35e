package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.inbound.catchup.ObservedOptOuts;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.inbound.webhook.WebhookContract;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunEnvironment;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.NetworkFaults;
import app.gigpigs.mauticsync.simulator.SimulatedContact;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A CRM and a simulated Mautic whose webhooks arrive, and what a server does between them, step by step. */
final class ServedWorld implements AutoCloseable {
    private static final String SECRET = "secret";
    private static final CrmAccess CRM = CrmSides.of(CrmNames.DEFAULT);

    final Scenario scenario;
    private final Receiver receiver;
    private final InboxProcessor inbox;
    private final long mail;

    ServedWorld(MauticVersion version) {
        scenario = new Scenario(SimulatorSettings.defaults().withVersion(version));
        receiver = new Receiver(scenario.jdbi, SECRET);
        inbox = new InboxProcessor(scenario.jdbi, CRM, InboundSettings.DEFAULT);
        scenario.mautic
                .webhooks()
                .addWebhook(
                        URI.create("http://127.0.0.1:" + receiver.port() + "/webhooks/mautic"),
                        SECRET,
                        WebhookContract.TRIGGERS);
        mail = scenario.mautic.mails().create("News", "Hello");
    }

    CustomerId customer(int number, String email) {
        return scenario.crm.add(number, email);
    }

    /** Sets a column of a customer. */
    void set(int customer, String column, String value) {
        scenario.crm.set(SmallCrm.id(customer), column, value);
    }

    /** Webhooks do not arrive any more. */
    void loseWebhooks() {
        scenario.mautic.webhooks().networkFaults(1, new NetworkFaults(1, 0, 0));
    }

    /** What happens within seconds: deliveries are processed, and the outbox. */
    void seconds() {
        inbox.run();
        scenario.deliverOptOuts();
    }

    void run() {
        run(ReconsentPolicy.KEEP);
    }

    void run(ReconsentPolicy reconsent) {
        OutboundSettings usual = Scenario.settings();
        OutboundSettings settings = new OutboundSettings(
                usual.mapping(),
                usual.push(),
                usual.safety(),
                usual.unknownOutcomeWait(),
                new ConsentSettings(Optional.empty(), ConsentSettings.DEFAULT.deleted(), reconsent));
        RunResult result = scenario.with(client -> {
            RunEnvironment.Consents consents = new RunEnvironment.Consents(
                    catchUp(client)::beforePush,
                    new ObservedOptOuts(scenario.jdbi, CRM, InstantSource.system())::apply);
            RunEnvironment environment =
                    new RunEnvironment(Sleeper.onThread(), new Random(1), Progress.NONE, StopSignal.NEVER, consents);
            return new OutboundRun(scenario.jdbi, client, settings, environment).run(RunRequest.of(SyncMode.CHANGED));
        });
        Scenario.counts(result);
    }

    void catchUp() {
        CatchUpResult result = scenario.with(client -> catchUp(client).run(CatchUp.Extent.DUE, "command"));
        if (!(result instanceof CatchUpResult.Done)) {
            throw new AssertionError("the catch-up did not go through: " + result);
        }
    }

    private CatchUp catchUp(Mautic client) {
        return new CatchUp(scenario.jdbi, client, CRM, CatchUpSettings.DEFAULT, InstantSource.system());
    }

    List<SimulatedContact> contacts(String email) {
        return scenario.mautic.contacts().stream()
                .filter(contact -> email.equals(contact.text("email")))
                .toList();
    }

    long contact(String email) {
        return scenario.contact(email).id();
    }

    /** Whether any contact with the address can be mailed. */
    boolean mailable(String email) {
        return contacts(email).stream()
                .anyMatch(contact -> contact.doNotContact().isEmpty());
    }

    /** The person gets a mail and uses the link in it. */
    void unsubscribes(String email) {
        scenario.mautic.people().unsubscribe(scenario.mautic.mails().sendToContact(mail, contact(email)));
    }

    /** The mail to the person bounces for good. */
    void bounces(String email) {
        scenario.mautic.people().bounce(scenario.mautic.mails().sendToContact(mail, contact(email)));
    }

    /** Looks at an address all the time. */
    Watch watch(String email) {
        return new Watch(email);
    }

    @Override
    public void close() {
        receiver.close();
        scenario.close();
    }

    /** Notices a moment in which an address can be mailed. */
    final class Watch implements AutoCloseable {
        private final Thread thread;
        private volatile boolean done;
        private volatile boolean mailable;

        private Watch(String email) {
            thread = new Thread(() -> {
                while (!done) {
                    mailable |= mailable(email);
                }
            });
            thread.start();
        }

        boolean sawMailable() {
            return mailable;
        }

        @Override
        public void close() {
            done = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
