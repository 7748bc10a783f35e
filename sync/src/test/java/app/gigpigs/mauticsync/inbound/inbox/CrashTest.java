package app.gigpigs.mauticsync.inbound.inbox;

import static app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest.open;
import static app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest.opens;
import static app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.testing.SmallCrm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The database ends our connection in the middle of each statement between store and mark, and at the commit. */
@Tag("slow")
class CrashTest {
    private final InboundWorld world = new InboundWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "before insert,mautic_sync.email_name",
        "after insert,mautic_sync.email_name",
        "before insert,public.customer_email_engagement",
        "after insert,public.customer_email_engagement",
        "before update,public.customer_profiles",
        "after update,public.customer_profiles",
        "before insert,mautic_sync.bounce_report",
        "after insert,mautic_sync.bounce_report",
        "before update,public.customer_emails",
        "after update,public.customer_emails",
        "before insert,mautic_sync.pending_event",
        "after insert,mautic_sync.pending_event",
        "before update,mautic_sync.inbox",
        "after update,mautic_sync.inbox",
        "at commit,mautic_sync.inbox"
    })
    void each_event_is_applied_exactly_once_whenever_the_connection_dies(String when, String table) {
        CustomerId customer = world.customer(1, "a@example.com");
        world.store(everything());
        world.store(everything());
        killAt(when, table);

        workUntilDone(table);

        assertThat(world.events())
                .containsExactly(
                        "bounce:77 bounce 1",
                        "dnc:8:2 bounce -",
                        "dnc:9:1 unsubscribe 1",
                        "open:1:1795477842 open 1",
                        "open:2:1795477842 open -");
        assertThat(world.wantsMails(customer)).isFalse();
        assertThat(world.bounces(customer)).isEqualTo("1 true");
        assertThat(world.inbox.counts()).containsEntry(Inbox.State.PROCESSED, 2L);
        assertThat(world.one("select sum(events_new) || ' ' || sum(events_known) from mautic_sync.inbox"))
                .isEqualTo("5 5");
    }

    /** A delivery that touches every table: opens, an unsubscribe, a report, a bounce, and unknown contacts. */
    private static String everything() {
        String report = unsubscribe(8, "b@example.com")
                .replace("\"unsubscribed\"", "\"bounced\"")
                .replace("\"reason\":1", "\"reason\":2");
        return inner(opens(open(1, "a@example.com"), open(2, "b@example.com")))
                .concat("," + inner(unsubscribe(9, "a@example.com")))
                .concat("," + inner(report).replace("mautic.lead_channel", "lead_channel"))
                .concat(",\"mautic.email_on_bounce\":[" + "{\"stat\":{\"id\":77,\"emailAddress\":\"a@example.com\"}}]")
                .transform(all -> "{" + all + "}");
    }

    private static String inner(String object) {
        String stripped = object.strip();
        return stripped.substring(1, stripped.length() - 1);
    }

    private void killAt(String when, String table) {
        String trigger = when.equals("at commit")
                ? "create constraint trigger kill after update on %s deferrable initially deferred for each row execute function public.kill()"
                : "create trigger kill " + when + " on %s for each row execute function public.kill()";
        SmallCrm.execute(world.admin, """
                create table public.killed (at timestamptz);
                create function public.kill() returns trigger language plpgsql security definer as $$
                begin
                  if session_user = 'mautic_sync_service' then
                    perform pg_terminate_backend(pg_backend_pid());
                  end if;
                  return new;
                end $$;
                """ + trigger.formatted(table));
    }

    /** Runs until the connection is ended, removes that trigger, and runs again as a new process would. */
    private void workUntilDone(String table) {
        boolean died = false;
        try {
            died = world.run.run().retried() > 0;
        } catch (org.jdbi.v3.core.JdbiException e) {
            died = true;
        }
        // A kill at the inbox also prevents recording the failure, so that run throws; any other failure is recorded
        // and retried.
        died |= world.inbox.counts().get(Inbox.State.DEAD) > 0;
        assertThat(died).as("the connection was ended").isTrue();
        SmallCrm.execute(world.admin, "drop trigger kill on " + table);
        world.inbox.replay(new Replay.AllDead());
        world.run.run();
    }
}
