package app.gigpigs.mauticsync.inbound.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.inbound.webhook.WebhookSettings;
import app.gigpigs.mauticsync.simulator.Webhooks;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The receiver is away in the middle of a campaign: first nothing listens, then a proxy answers for it. One catch-up must
 * bring the CRM to exactly what happened in Mautic; -Doutage.mails=18000 for a campaign of that size.
 */
@Tag("slow")
class OutageTest {
    private static final int MAILS = Integer.getInteger("outage.mails", 300);
    private static final int QUEUE_EVERY = 50;

    private final InboundWorld crm = new InboundWorld();
    private final CatchUpWorld world = new CatchUpWorld(crm);
    private final Random random = new Random(4);
    private final Set<String> happened = new TreeSet<>();
    private final Set<Long> unsubscribed = new TreeSet<>();
    private Receiver receiver;
    private HttpServer proxy;

    @AfterEach
    void close() {
        if (receiver != null) {
            receiver.close();
        }
        if (proxy != null) {
            proxy.stop(0);
        }
        world.close();
        crm.close();
    }

    @ParameterizedTest
    @EnumSource(Webhooks.Mode.class)
    void after_one_catch_up_the_crm_has_every_event_exactly_once(Webhooks.Mode mode) {
        List<Long> mails = campaign();
        receiver = crm.receiver(InboundWorld.SECRET);
        int port = receiver.port();
        long webhook = world.mautic
                .webhooks()
                .addWebhook(
                        URI.create("http://127.0.0.1:" + port + "/webhooks/mautic"),
                        InboundWorld.SECRET,
                        List.of(
                                "mautic.email_on_open",
                                "mautic.page_on_hit",
                                "mautic.lead_channel_subscription_changed"));
        world.mautic.webhooks().mode(mode);
        int quarter = mails.size() / 4;

        react(mails.subList(0, quarter), mode);
        receiver.close();
        react(mails.subList(quarter, 2 * quarter), mode);
        proxy = badGateway(port);
        react(mails.subList(2 * quarter, 3 * quarter), mode);
        proxy.stop(0);
        receiver = crm.receiver(new WebhookSettings(
                new InetSocketAddress("127.0.0.1", port),
                List.of(InboundWorld.SECRET),
                200_000,
                Duration.ofSeconds(5)));
        react(mails.subList(3 * quarter, mails.size()), mode);
        crm.run.run();
        int byWebhook = inCrm().size();
        assertThat(byWebhook).as("some were lost").isGreaterThan(0).isLessThan(happened.size());

        CatchUpReport report = world.caughtUp();

        assertThat(inCrm()).isEqualTo(happened);
        assertThat(report.missing()).isZero();
        assertThat(report.added()).isPositive();
        world.mautic.processWebhooks();
        crm.run.run();
        assertThat(world.mautic.webhooks().queued(webhook)).isZero();
        assertThat(inCrm()).as("what the queue still had").isEqualTo(happened);
        assertThat(world.caughtUp().added()).isZero();
        assertThat(crm.one("select count(*) - count(distinct event_key) from public.customer_email_engagement"))
                .isEqualTo("0");
        exactlyTheUnsubscribedAreOptedOut();
        report(mode, byWebhook, report);
    }

    private List<Long> campaign() {
        SmallCrm.execute(crm.admin, """
                insert into public.customer_profiles (id, marketing_opt_in)
                  select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, true from generate_series(1, %1$d) n;
                insert into public.customer_emails (customer_id, email)
                  select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'p' || n || '@example.test'
                    from generate_series(1, %1$d) n;
                insert into public.mautic_sync_status (customer_id, mautic_contact_id, state)
                  select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n, 'synced'
                    from generate_series(1, %1$d) n;
                analyze
                """.formatted(MAILS));
        List<Long> contacts = new ArrayList<>();
        for (int n = 1; n <= MAILS; n++) {
            world.mautic.addContact(
                    n,
                    Map.of(
                            "email",
                            "p" + n + "@example.test",
                            "supabase_id",
                            SmallCrm.id(n).toString()));
            contacts.add((long) n);
        }
        return world.mautic.mails().send(world.email, contacts);
    }

    /** A third does nothing; the others open, some several times, click, unsubscribe, or are deleted. */
    private void react(List<Long> mails, Webhooks.Mode mode) {
        for (int i = 0; i < mails.size(); i++) {
            if (mode == Webhooks.Mode.QUEUE && i % QUEUE_EVERY == 0) {
                world.mautic.processWebhooks();
            }
            react(mails.get(i));
        }
        world.mautic.processWebhooks();
    }

    private void react(long mail) {
        int mood = random.nextInt(100);
        if (mood < 34) {
            return;
        }
        if (mood < 37) {
            world.mautic.people().bounce(mail);
            happened.add("bounce:" + mail);
            return;
        }
        for (int i = 0; i <= random.nextInt(3); i++) {
            open(mail);
        }
        if (mood < 42) {
            // Only email_stats has these opens, without the contact; those between the first and the last are in its
            // details.
            open(mail);
            open(mail);
            world.mautic.deleteContact(mail);
        }
        if (mood > 70) {
            world.wait(Duration.ofSeconds(1));
            happened.add("click:" + world.mautic.people().click(mail, CatchUpWorld.LINK));
        }
        if (mood > 96) {
            world.mautic.people().unsubscribe(mail);
            unsubscribed.add(mail);
        }
    }

    private void open(long mail) {
        world.wait(Duration.ofSeconds(1));
        world.mautic.people().open(mail);
        happened.add("open:" + mail + ":" + world.now.get().getEpochSecond());
    }

    /** The keys of what happened to mails; unsubscribes are compared by contact, whose number is also that of the mail. */
    private Set<String> inCrm() {
        return new TreeSet<>(Rows.of(crm.admin, """
                select event_key from public.customer_email_engagement
                 where event_type in ('open', 'click', 'bounce')
                """));
    }

    private void exactlyTheUnsubscribedAreOptedOut() {
        assertThat(
                        new TreeSet<>(
                                Rows.of(
                                        crm.admin,
                                        "select ltrim(right(id::text, 12), '0') from public.customer_profiles where not marketing_opt_in")))
                .isEqualTo(
                        new TreeSet<>(unsubscribed.stream().map(String::valueOf).toList()));
        assertThat(
                        Rows.of(
                                crm.admin,
                                "select mautic_contact_id::text from public.customer_email_engagement where event_type = 'unsubscribe'"))
                .as("each opt-out once")
                .containsExactlyInAnyOrderElementsOf(
                        unsubscribed.stream().map(String::valueOf).toList());
        assertThat(crm.one("select coalesce(sum(bounce_count), 0) from public.customer_emails"))
                .isEqualTo(String.valueOf(happened.stream()
                        .filter(key -> key.startsWith("bounce:"))
                        .count()));
    }

    private static HttpServer badGateway(int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 50);
            server.createContext("/", exchange -> {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(502, -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void report(Webhooks.Mode mode, int byWebhook, CatchUpReport report) {
        if (MAILS >= 18_000) {
            System.out.println(mode + ", " + MAILS + " mails: " + happened.size() + " opens, clicks and bounces and "
                    + unsubscribed.size() + " unsubscribes happened, " + byWebhook + " of the former came by webhook; "
                    + report.message());
        }
    }
}
