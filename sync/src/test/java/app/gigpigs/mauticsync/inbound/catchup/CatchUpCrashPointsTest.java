package app.gigpigs.mauticsync.inbound.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerIdType;
import app.gigpigs.mauticsync.inbound.ConnectionCutter;
import app.gigpigs.mauticsync.inbound.ConnectionCutter.Cut;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpWorld.Person;
import app.gigpigs.mauticsync.inbound.inbox.Replay;
import app.gigpigs.mauticsync.simulator.NetworkFaults;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import app.gigpigs.mauticsync.testing.TcpProxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The line to the database is cut at each statement of a catch-up, before it arrives and before its answer. The next
 * catch-up must come to the same end as one that was never cut: rows, effects and cursors, nothing twice, none missing.
 */
@Tag("slow")
class CatchUpCrashPointsTest {
    /** 1 for every statement. */
    private static final int STRIDE = Integer.getInteger("crash.stride", 16);

    private final InboundWorld crm = new InboundWorld();
    private final CatchUpWorld world = new CatchUpWorld(crm);
    private final Instant morning = world.now.get();
    /** The contact of a customer opted out in the CRM, without its entry. */
    private long lost;

    @AfterEach
    void close() {
        world.close();
        crm.close();
    }

    @Test
    void a_catch_up_interrupted_at_any_point_is_completed_by_the_next_one() throws SQLException {
        aDayWithHalfOfItsWebhooks();
        assertThat(cutAt(0, Cut.NEVER)).isFalse();
        End uncut = end();
        assertThat(uncut.events()).hasSize(14);
        assertThat(uncut.effects())
                .isEqualTo(
                        "2,4,5 | p3@example.test 1 | p2@example.test unsubscribed done,unlinked@example.test unsubscribed pending | 0 | 1 | 1");

        for (Cut cut : List.of(Cut.BEFORE, Cut.AFTER)) {
            int point = cut == Cut.BEFORE ? 1 : 1 + STRIDE / 2;
            while (cutAt(point, cut)) {
                assertThat(end()).as("cut %s statement %d", cut, point).isEqualTo(uncut);
                point += STRIDE;
            }
            assertThat(point).as("statements of a catch-up").isGreaterThan(100);
            report(cut, point);
        }
    }

    private static void report(Cut cut, int points) {
        if (STRIDE == 1) {
            System.out.println("cut " + cut + " each of " + (points - 1) + " statements of a catch-up");
        }
    }

    /** Cuts a catch-up, then lets a new process run another; false when the first ended before the cut. */
    private boolean cutAt(int point, Cut cut) throws SQLException {
        begin();
        URI direct = URI.create(crm.url.jdbc().substring("jdbc:".length()));
        ConnectionCutter cutter = new ConnectionCutter(point, cut);
        try (TcpProxy line = new TcpProxy("127.0.0.1", direct.getPort(), cutter)) {
            String through = crm.serviceUrl().jdbc().replaceFirst("//[^/]+/", "//127.0.0.1:" + line.port() + "/");
            try (Connection only = DriverManager.getConnection(through)) {
                cutter.start(line);
                catchUp(Jdbi.create(only).installPlugin(new CustomerIdType()));
            } catch (JdbiException e) {
                assertThat(cutter.wasCut()).as("%s", e).isTrue();
            }
        }
        // Waits for what the dead process still has locked.
        SmallCrm.execute(crm.admin, "update mautic_sync.lease set expires_at = now() - interval '1 second'");
        if (cutter.wasCut()) {
            catchUp(crm.jdbi);
        }
        return cutter.wasCut();
    }

    private void catchUp(Jdbi line) {
        CatchUpReport report =
                CatchUpWorld.done(world.catchUp(line, CatchUpWorld.pages(2)).run(CatchUp.Extent.DUE, "command"));
        assertThat(report.missing()).isZero();
        assertThat(report.unfinished()).isEmpty();
    }

    /**
     * Every table has rows: opens and a click, an opt-out that two customers share, a bounce reported by webhook,
     * events of an unknown and of a deleted contact, and an opt-out in the CRM whose entry Mautic lost.
     */
    private void aDayWithHalfOfItsWebhooks() {
        Person reader = world.person(1);
        Person removed = world.person(2);
        Person moved = world.person(3);
        lost = world.person(4).contact();
        crm.customer(5, "p2@example.test");
        long unlinked = world.mautic.addContact(Map.of("email", "unlinked@example.test"));
        long deleted = world.mautic.addContact(Map.of("email", "deleted@example.test"));
        long read = world.send(reader);
        long strange = world.mautic.mails().sendToContact(world.email, unlinked);
        long last = world.mautic.mails().sendToContact(world.email, deleted);
        world.listen();
        opens(read, 2);
        world.mautic.people().bounce(world.send(moved));
        world.mautic.webhooks().networkFaults(1, new NetworkFaults(1, 0, 0));
        opens(read, 2);
        world.mautic.people().click(read, CatchUpWorld.LINK);
        world.mautic.people().unsubscribe(world.send(removed));
        opens(strange, 1);
        world.mautic.people().click(strange, CatchUpWorld.LINK);
        world.mautic.people().unsubscribe(strange);
        opens(last, 2);
        world.mautic.deleteContact(deleted);
        // The opens of the deleted contact are older than what is read twice anyway.
        world.wait(Duration.ofHours(1));
        opens(read, 1);
        // No row is recent any more: cursors pass all of it.
        world.wait(Duration.ofHours(7));
    }

    private void opens(long mail, int times) {
        for (int i = 0; i < times; i++) {
            world.wait(Duration.ofSeconds(1));
            world.mautic.people().open(mail);
        }
    }

    /** The CRM as it was before, with what webhooks reported; opens were swept lately, so that new ones are read by time. */
    private void begin() {
        SmallCrm.execute(crm.admin, """
                truncate mautic_sync.bounce_report, mautic_sync.bounced_mail, mautic_sync.pending_event, mautic_sync.email_name,
                         mautic_sync.catch_up_cursor, mautic_sync.lease, public.customer_email_engagement,
                         mautic_sync.consent_ledger, mautic_sync.outbox;
                update public.customer_profiles set marketing_opt_in = right(id::text, 1) <> '4';
                update public.customer_emails set bounce_count = 0, is_valid = true;
                update public.mautic_sync_status set sync_hash = 'as it was', resend_reason = null;
                insert into mautic_sync.catch_up_cursor (name, seen_until, completed_at)
                  values ('email_stats.opened', '%s', now()), ('email_stats.opened.sweep', null, now())
                """.formatted(morning));
        world.mautic.clearDoNotContact(lost);
        crm.inbox.replay(new Replay.Between(Instant.EPOCH, Instant.parse("2200-01-01T00:00:00Z")));
        crm.run.run();
    }

    private End end() {
        List<String> events = Rows.of(crm.admin, """
                select concat_ws(' ', event_key, event_type, source, coalesce(customer_id::text, '-'), mautic_contact_id,
                                 mautic_email_id, link_url, occurred_at at time zone 'UTC')
                  from public.customer_email_engagement order by event_key
                """);
        String effects = crm.one("""
                select concat_ws(' | ',
                  (select string_agg(right(id::text, 1), ',' order by id) from public.customer_profiles where not marketing_opt_in),
                  (select string_agg(email || ' ' || bounce_count, ',') from public.customer_emails where bounce_count > 0),
                  (select string_agg(address || ' ' || reason || ' ' || crm_state, ',' order by address) from mautic_sync.consent_ledger),
                  (select count(*) from mautic_sync.bounce_report where state = 'open'),
                  (select count(*) from mautic_sync.pending_event where effect_due))
                """);
        // An entry that was put back is a newer row, by which a second catch-up knows that the others are old.
        List<String> cursors = Rows.of(crm.admin, """
                select concat_ws(' ', name, position, seen_until at time zone 'UTC', completed_at is not null)
                  from mautic_sync.catch_up_cursor where name <> 'lead_donotcontact' order by name
                """);
        effects += " | " + world.mautic.contact(lost).doNotContact().size();
        return new End(events, effects, cursors);
    }

    private record End(List<String> events, String effects, List<String> cursors) {}
}
