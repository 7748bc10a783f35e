package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.inbound.webhook.WebhookSettings;
import app.gigpigs.mauticsync.referencecrm.ReferenceCrm;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;

/** The reference CRM with an inbox, as the service's own role sees it, and a receiver where a test wants one. */
public final class InboundWorld implements AutoCloseable {
    public static final String SECRET = "s3cr3t-local";
    public static final InboundSettings SETTINGS = new InboundSettings(3, Duration.ZERO, Duration.ZERO);

    public final DatabaseUrl url = Postgres.copyOf("reference_crm", InboundWorld::make);
    final Database owner = Postgres.open(url);
    public final Jdbi admin = owner.jdbi();
    public final Database service;
    public final Jdbi jdbi;
    public final Inbox inbox;
    public final InboxProcessor run;
    public final AtomicInteger wakes = new AtomicInteger();

    public InboundWorld() {
        service = Postgres.open(Postgres.as(url, "mautic_sync_service"));
        jdbi = service.jdbi();
        inbox = new Inbox(jdbi);
        run = new InboxProcessor(jdbi, CrmSides.of(CrmNames.DEFAULT), SETTINGS);
    }

    private static void make(Database template) {
        new ReferenceCrm(template.dataSource()).create();
        new Migration(template.dataSource(), CrmNames.DEFAULT).run();
        template.jdbi().useHandle(handle -> handle.execute("alter role mautic_sync_service password 'secret'"));
    }

    /** Empties all tables; cheaper than a new database. */
    public void empty() {
        admin.useHandle(handle -> handle.execute("""
                truncate public.customer_profiles, public.customer_email_engagement, public.mautic_sync_status,
                         public.mautic_sync_logs, mautic_sync.inbox, mautic_sync.pending_event,
                         mautic_sync.bounce_report, mautic_sync.bounced_mail, mautic_sync.email_name,
                         mautic_sync.catch_up_cursor, mautic_sync.lease, mautic_sync.consent_ledger,
                         mautic_sync.outbox cascade;
                -- The truncated events are reported in it.
                delete from public.mautic_sync_logs
                """));
    }

    /** The URL for the service's own role. */
    public DatabaseUrl serviceUrl() {
        return Postgres.as(url, "mautic_sync_service");
    }

    public Receiver receiver(String... secrets) {
        return receiver(new WebhookSettings(
                new InetSocketAddress("127.0.0.1", 0), List.of(secrets), 200_000, Duration.ofSeconds(2)));
    }

    public Receiver receiver(WebhookSettings settings) {
        return new Receiver(settings, jdbi, wakes::incrementAndGet);
    }

    /** A customer who wants mails. */
    public CustomerId customer(int number, String email) {
        CustomerId id = SmallCrm.id(number);
        admin.useHandle(handle -> {
            handle.execute("insert into public.customer_profiles (id, marketing_opt_in) values (?, true)", id);
            handle.execute("insert into public.customer_emails (customer_id, email) values (?, ?)", id, email);
        });
        return id;
    }

    public void link(CustomerId customer, long contact) {
        admin.useHandle(handle -> handle.execute(
                "insert into public.mautic_sync_status (customer_id, mautic_contact_id, state) values (?, ?, 'synced')",
                customer,
                contact));
    }

    /** Stores a delivery as the receiver would, and processes it. */
    public InboxProcessor.Result deliver(String body) {
        store(body);
        return run.run();
    }

    public long store(String body) {
        return inbox.add(body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    public boolean wantsMails(CustomerId customer) {
        return Boolean.parseBoolean(
                Rows.one(admin, "select marketing_opt_in::text from public.customer_profiles where id = ?", customer));
    }

    public String bounces(CustomerId customer) {
        return Rows.one(
                admin,
                "select bounce_count || ' ' || is_valid from public.customer_emails where customer_id = ?",
                customer);
    }

    /** All events: key, type, and the number of the customer or a dash. */
    public List<String> events() {
        return Rows.of(admin, """
                select event_key || ' ' || event_type || ' '
                       || coalesce(nullif(ltrim(right(customer_id::text, 12), '0'), ''), '-')
                  from public.customer_email_engagement order by event_key
                """);
    }

    public String one(String sql) {
        return Rows.one(admin, sql);
    }

    @Override
    public void close() {
        service.close();
        owner.close();
        Postgres.drop(url);
    }
}
