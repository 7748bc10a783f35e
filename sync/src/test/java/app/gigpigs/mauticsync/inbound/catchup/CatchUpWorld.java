package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.mautic.Credentials;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Jdbi;

/** The inbound world with a simulated Mautic that has sent a mail to some customers, and a clock that both go by. */
public final class CatchUpWorld implements AutoCloseable {
    private static final List<String> TRIGGERS =
            List.of("mautic.email_on_open", "mautic.page_on_hit", "mautic.lead_channel_subscription_changed");
    public static final String LINK = "https://example.test/shop";

    final InboundWorld crm;
    public final MauticSimulator mautic = MauticSimulator.start(SimulatorSettings.defaults());
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    public final Mautic client;
    final long email;
    private Receiver receiver;

    /** Over a CRM that others have used and will use. */
    public CatchUpWorld(InboundWorld crm) {
        this.crm = crm;
        crm.empty();
        mautic.clock(now::get);
        SimulatorSettings defaults = SimulatorSettings.defaults();
        client = new Mautic(
                new MauticSettings(
                        mautic.baseUri(),
                        new Credentials.Client(defaults.clientId(), defaults.clientSecret()),
                        Duration.ofSeconds(20)),
                (time, why) -> {},
                InstantSource.system());
        email = mautic.mails().create("News", "Hello");
    }

    /** From now on webhooks arrive and are processed by {@link #deliver()}. */
    void listen() {
        receiver = crm.receiver(InboundWorld.SECRET);
        mautic.webhooks()
                .addWebhook(
                        URI.create("http://127.0.0.1:" + receiver.port() + "/webhooks/mautic"),
                        InboundWorld.SECRET,
                        TRIGGERS);
    }

    void deliver() {
        crm.run.run();
    }

    /** A customer with a linked contact. */
    public Person person(int number) {
        String address = "p" + number + "@example.test";
        CustomerId customer = crm.customer(number, address);
        long contact = mautic.addContact(Map.of("email", address, "supabase_id", customer.toString()));
        crm.link(customer, contact);
        return new Person(customer, contact);
    }

    public record Person(CustomerId customer, long contact) {}

    public long send(Person person) {
        return mautic.mails().sendToContact(email, person.contact());
    }

    /** Opens, a click, an unsubscribe and a bounce, each a second apart. */
    public void aBusyDay() {
        Person reader = person(1);
        Person removed = person(2);
        Person moved = person(3);
        long read = send(reader);
        long left = send(removed);
        long missing = send(moved);
        for (int i = 0; i < 2; i++) {
            wait(Duration.ofSeconds(1));
            mautic.people().open(read);
        }
        wait(Duration.ofSeconds(1));
        mautic.people().click(read, LINK);
        mautic.people().visit(reader.contact(), "https://example.test/");
        mautic.people().unsubscribe(left);
        mautic.people().bounce(missing);
    }

    CatchUp catchUp(CatchUpSettings settings) {
        return catchUp(crm.jdbi, settings);
    }

    /** Over the given connection. */
    CatchUp catchUp(Jdbi line, CatchUpSettings settings) {
        return new CatchUp(line, client, CrmSides.of(CrmNames.DEFAULT), settings, now::get);
    }

    public static CatchUpSettings pages(int rows) {
        return new CatchUpSettings(Duration.ofDays(30), Duration.ofDays(1), rows, Duration.ofDays(1));
    }

    public CatchUpReport caughtUp() {
        return done(catchUp(pages(1_000)).run(CatchUp.Extent.DUE, "command"));
    }

    public static CatchUpReport done(CatchUpResult result) {
        if (result instanceof CatchUpResult.Done done) {
            return done.report();
        }
        throw new AssertionError("not done: " + result);
    }

    public void wait(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    public void letSweepsBeDue() {
        crm.admin.useHandle(
                handle -> handle.execute(
                        "update mautic_sync.catch_up_cursor set completed_at = now() - interval '2 days' where name like '%.sweep'"));
    }

    /** The database rejects this event, as if the process died there. */
    void breakOn(String key) {
        crm.admin.useHandle(handle -> handle.execute(
                "alter table public.customer_email_engagement add constraint broken check (event_key <> '" + key
                        + "')"));
    }

    void fix() {
        crm.admin.useHandle(
                handle -> handle.execute("alter table public.customer_email_engagement drop constraint broken"));
    }

    public String position(String cursor) {
        return Rows.of(crm.admin, "select position::text from mautic_sync.catch_up_cursor where name = ?", cursor)
                .stream()
                .findFirst()
                .orElse("none");
    }

    @Override
    public void close() {
        if (receiver != null) {
            receiver.close();
        }
        client.close();
        mautic.close();
    }
}
