package app.gigpigs.mauticsync.inbound.inbox;

import static app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest.open;
import static app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest.opens;
import static app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.CustomerIdType;
import app.gigpigs.mauticsync.inbound.ConnectionCutter;
import app.gigpigs.mauticsync.inbound.ConnectionCutter.Cut;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.catchup.EmailNames;
import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import app.gigpigs.mauticsync.testing.TcpProxy;
import java.net.URI;
import java.sql.DriverManager;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The connection to the database is cut at the n-th message while deliveries are processed and unknown contacts linked:
 * before the message arrives, and after it arrived but before its response. The next process must then come to the same
 * end as without a cut. Every message is a point, the commits included.
 */
@Tag("slow")
class CrashPointsTest {
    /** 1 for every point, which takes three minutes. */
    private static final int STRIDE = Integer.getInteger("crash.stride", 16);

    private final InboundWorld world = new InboundWorld();
    private final CustomerId known = world.customer(1, "a@example.com");
    private final CustomerId late = SmallCrm.id(2);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_process_interrupted_at_any_point_is_completed_by_the_next_one() {
        assertThat(cutAt(0, Cut.NEVER)).isFalse();
        End uncut = end();
        assertThat(uncut.events()).hasSize(9);
        assertThat(uncut.counters())
                .isEqualTo(
                        "false false 2 true 1 true 0 0 [a@example.com unsubscribed dnc:9:1 done, b@example.com unsubscribed dnc:10:1 done]");

        for (Cut cut : List.of(Cut.BEFORE, Cut.AFTER)) {
            int point = cut == Cut.BEFORE ? 1 : 1 + STRIDE / 2;
            while (cutAt(point, cut)) {
                assertThat(end()).as("cut %s message %d", cut, point).isEqualTo(uncut);
                point += STRIDE;
            }
            assertThat(point).as("a story of several deliveries").isGreaterThan(60);
        }
    }

    /** Runs the story until the cut, then lets a new process finish it; false when it ended before the cut. */
    private boolean cutAt(int point, Cut cut) {
        begin();
        boolean died = false;
        URI direct = URI.create(world.url.jdbc().substring("jdbc:".length()));
        ConnectionCutter cutter = new ConnectionCutter(point, cut);
        try (TcpProxy line = new TcpProxy("127.0.0.1", direct.getPort(), cutter)) {
            cutter.start(line);
            String through = world.serviceUrl().jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + line.port() + "/");
            try {
                // No pool: it would wait for the line to come back, which a dead process does not.
                work(Jdbi.create(() -> DriverManager.getConnection(through)).installPlugin(new CustomerIdType()));
            } catch (JdbiException e) {
                died = true;
            }
            died |= cutter.wasCut();
        }
        // Postgres may take a moment to notice that the process is dead, and to release its locks.
        await().until(() -> {
            world.inbox.replay(new Replay.AllDead());
            work(world.jdbi);
            return world.inbox.counts().get(Inbox.State.PROCESSED) == 4;
        });
        work(world.jdbi);
        return died;
    }

    private static void work(Jdbi jdbi) {
        new InboxProcessor(jdbi, CrmSides.of(CrmNames.DEFAULT), InboundWorld.SETTINGS).run();
        new PendingEvents(jdbi, CrmSides.of(CrmNames.DEFAULT)).process();
        new EmailNames(jdbi).fill(id -> Optional.empty());
    }

    /**
     * Four deliveries and a customer who appears between them and the linking. They touch every table: opens, a click, an
     * unsubscribe of a known and of an unknown person, a report before its bounce, a bounce before its report, a deletion.
     */
    private void begin() {
        SmallCrm.execute(world.admin, """
                truncate mautic_sync.inbox, mautic_sync.bounce_report, mautic_sync.bounced_mail, mautic_sync.pending_event, mautic_sync.email_name,
                         public.customer_email_engagement, mautic_sync.consent_ledger, mautic_sync.outbox;
                delete from public.customer_profiles where id <> '%s';
                update public.customer_profiles set marketing_opt_in = true;
                update public.customer_emails set bounce_count = 0, is_valid = true;
                """.formatted(known));
        world.store(opens(open(1, "a@example.com"), open(2, "b@example.com")));
        world.store(report(8, "a@example.com"));
        world.store("{" + inner(unsubscribe(9, "a@example.com")) + ",\"mautic.email_on_bounce\":["
                + bounce(77, 8, "a@example.com") + "," + bounce(78, 3, "a@example.com") + ","
                + bounce(79, 4, "b@example.com") + "]," + inner(opens(open(1, "a@example.com")))
                + ",\"mautic.lead_post_delete\":[{\"id\":5,\"contact\":{\"id\":null}}]}");
        world.store("{" + inner(report(3, "a@example.com")) + ",\"mautic.page_on_hit\":[" + click() + "],"
                + inner(unsubscribe(10, "b@example.com")).replace("mautic.lead_channel", "lead_channel") + "}");
        SmallCrm.execute(world.admin, "update mautic_sync.inbox set received_at = '2026-11-24T12:00:00Z'");
        world.customer(2, "b@example.com");
        SmallCrm.execute(
                world.admin,
                "delete from public.customer_emails where customer_id = '" + late
                        + "'; create or replace function public.appear() returns trigger language plpgsql security definer as $$"
                        + " begin if new.state = 'processed' and not exists (select from mautic_sync.inbox where state = 'pending') then"
                        + " insert into public.customer_emails (customer_id, email) select '" + late
                        + "', 'b@example.com' where not exists (select from public.customer_emails where customer_id = '"
                        + late + "'); end if; return null; end $$;"
                        + " create or replace trigger appear after update on mautic_sync.inbox for each row execute function public.appear()");
    }

    private static String report(long contact, String email) {
        return unsubscribe(contact, email)
                .replace("\"unsubscribed\"", "\"bounced\"")
                .replace("\"reason\":1", "\"reason\":2");
    }

    private static String bounce(long stat, long contact, String email) {
        return "{\"stat\":{\"id\":" + stat + ",\"emailAddress\":\"" + email + "\",\"lead\":{\"id\":" + contact
                + "},\"email\":{\"id\":6,\"name\":\"T6\"}}}";
    }

    private static String click() {
        return "{\"hit\":{\"id\":4,\"dateHit\":\"2026-11-23T23:50:44+00:00\",\"url\":\"https://example.test/\","
                + "\"redirect\":[],\"source\":\"email\",\"lead\":{\"id\":1,\"email\":\"a@example.com\"},\"email\":{\"id\":1}}}";
    }

    private static String inner(String object) {
        String stripped = object.strip();
        return stripped.substring(1, stripped.length() - 1);
    }

    private End end() {
        List<String> events = Rows.of(world.admin, """
                select concat_ws(' ', event_key, event_type, customer_id, mautic_contact_id, mautic_email_id, campaign_name,
                                 link_url, occurred_at at time zone 'UTC')
                  from public.customer_email_engagement order by event_key
                """);
        String counters = world.wantsMails(known) + " " + world.wantsMails(late) + " " + world.bounces(known) + " "
                + world.bounces(late) + " "
                + world.one("select count(*) filter (where state = 'open') from mautic_sync.bounce_report") + " "
                + world.one("select count(*) from mautic_sync.pending_event where effect_due");
        counters += " " + Rows.of(world.admin, """
                select concat_ws(' ', address, reason, event_key, crm_state) from mautic_sync.consent_ledger order by 1
                """);
        String deliveries = world.one("""
                select string_agg(distinct state, ',') || ' ' || sum(events_new + events_known) from mautic_sync.inbox
                """);
        return new End(events, counters, deliveries);
    }

    private record End(List<String> events, String counters, String deliveries) {}
}
