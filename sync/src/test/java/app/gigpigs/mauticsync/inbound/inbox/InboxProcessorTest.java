package app.gigpigs.mauticsync.inbound.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.LoggedLines;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

public class InboxProcessorTest {
    private final InboundWorld world = new InboundWorld();

    @AfterEach
    void close() {
        world.close();
    }

    public static String open(long stat, String email) {
        return """
                {"stat":{"id":%d,"lastOpened":"2026-11-23T23:50:42+00:00","emailAddress":"%s","lead":{"id":%d},
                 "email":{"id":1,"name":"T1","subject":"S"}}}""".formatted(stat, email, stat);
    }

    public static String opens(String... items) {
        return "{\"mautic.email_on_open\":[" + String.join(",", items) + "]}";
    }

    public static String unsubscribe(long contact, String email) {
        return """
                {"mautic.lead_channel_subscription_changed":[{"channel":"email","new_status":"unsubscribed",
                 "timestamp":"2026-11-25T00:00:00+00:00","contact":{"id":%d,"fields":{"core":{"email":{"value":"%s"}}},
                 "doNotContact":[{"id":%d,"reason":1,"channel":"email","channelId":6}]}}]}
                """.formatted(contact, email, contact);
    }

    @Test
    void an_event_counts_once_however_deliveries_are_duplicated_and_split() {
        String a = open(1, "a@example.com");
        String b = open(2, "b@example.com");
        String c = open(3, "c@example.com");
        world.store(opens(a, b));
        world.store(opens(a, b));
        world.store(opens(b, c, a));
        world.store(opens(c, c));

        InboxProcessor.Result result = world.run.run();

        assertThat(world.events()).hasSize(3);
        assertThat(result).isEqualTo(new InboxProcessor.Result(4, 0, 0, 3, 6));
    }

    @Test
    void several_workers_share_the_inbox_and_apply_each_event_once() throws Exception {
        for (int i = 0; i < 200; i++) {
            world.store(opens(open(i % 50 + 1, "a@example.com"), open(i % 7 + 1, "b@example.com")));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<InboxProcessor.Result>> workers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                workers.add(world.run::run);
            }
            int events = 0;
            for (Future<InboxProcessor.Result> worker : threads.invokeAll(workers)) {
                events += worker.get().events();
            }
            assertThat(events).isEqualTo(50);
        } finally {
            threads.shutdownNow();
        }
        assertThat(world.events()).hasSize(50);
        assertThat(world.inbox.counts()).containsEntry(Inbox.State.PROCESSED, 200L);
    }

    @Test
    void a_delivery_that_keeps_failing_is_dead_lettered_and_blocks_no_other() {
        rejectOneEvent();
        long bad = world.store(opens(open(666, "jane@example.com"), open(1, "a@example.com")));
        world.store(opens(open(2, "b@example.com")));

        InboxProcessor.Result result;
        try (LoggedLines log = LoggedLines.of(InboxProcessor.class)) {
            result = world.run.run();
            assertThat(log.lines()).anyMatch(line -> line.startsWith("MS-402: delivery " + bad + " failed"));
        }

        assertThat(result).isEqualTo(new InboxProcessor.Result(1, 1, 2, 1, 0));
        assertThat(world.events()).containsExactly("open:2:1795477842 open -");
        Inbox.Entry dead = world.inbox.list(Inbox.State.DEAD, 10).get(0);
        assertThat(dead.id()).isEqualTo(bad);
        assertThat(dead.attempts().count()).isEqualTo(3);
        assertThat(dead.attempts().lastError()).contains("SQLSTATE P0001").doesNotContain("jane");
    }

    /** Makes the database reject one event, as a trigger of the CRM's might. */
    private void rejectOneEvent() {
        SmallCrm.execute(world.admin, """
                create function public.reject_event() returns trigger language plpgsql as $$
                begin
                  if new.event_key like 'open:666:%' then raise exception 'not this one: %', new.raw_payload; end if;
                  return new;
                end $$;
                create trigger reject_event before insert on public.customer_email_engagement
                  for each row execute function public.reject_event();
                """);
    }

    @Test
    void a_replay_applies_dead_deliveries_after_their_cause_was_fixed() {
        rejectOneEvent();
        long bad = world.store(opens(open(666, "a@example.com")));
        world.run.run();
        SmallCrm.execute(world.admin, "drop trigger reject_event on public.customer_email_engagement");

        assertThat(world.inbox.replay(new Replay.AllDead())).isEqualTo(1);
        assertThat(world.inbox.list(null, 1).get(0).attempts().count()).isZero();
        assertThat(world.run.run().events()).isEqualTo(1);

        assertThat(world.inbox.replay(new Replay.One(bad))).isEqualTo(1);
        assertThat(world.run.run()).isEqualTo(new InboxProcessor.Result(1, 0, 0, 0, 1));
        assertThat(world.inbox.replay(new Replay.One(bad + 1))).isZero();
    }

    @Test
    void a_replay_of_a_time_takes_what_came_in_it() {
        world.deliver(opens(open(1, "a@example.com")));
        world.deliver(opens(open(2, "a@example.com")));
        world.admin.useHandle(
                handle -> handle.execute(
                        "update mautic_sync.inbox set received_at = '2026-01-01T00:00:00Z' where id = (select min(id) from mautic_sync.inbox)"));
        Instant newYear = Instant.parse("2026-01-01T00:00:00Z");

        assertThat(world.inbox.replay(new Replay.Between(newYear, newYear))).isZero();
        assertThat(world.inbox.replay(new Replay.Between(newYear, newYear.plusSeconds(1))))
                .isEqualTo(1);
        assertThat(world.inbox.counts())
                .containsEntry(Inbox.State.PENDING, 1L)
                .containsEntry(Inbox.State.PROCESSED, 1L);
    }

    @Test
    void invalid_json_is_dead_lettered_at_once_and_the_readable_events_of_a_delivery_are_applied() {
        world.store("<html>jane@example.com</html>");
        world.store(opens(open(1, "a@example.com"), "{}"));

        assertThat(world.run.run()).isEqualTo(new InboxProcessor.Result(0, 2, 0, 1, 0));
        assertThat(world.events()).hasSize(1);
        assertThat(Rows.of(world.admin, "select last_error from mautic_sync.inbox order by id"))
                .containsExactly(
                        "the body is not JSON (JsonParseException)",
                        "1 of 2 events could not be read: email_on_open without a usable stat.id");
    }

    @Test
    void a_failed_delivery_is_retried_after_longer_delays() {
        InboundSettings settings = new InboundSettings(9, Duration.ofSeconds(5), Duration.ofMinutes(1));

        assertThat(List.of(1, 2, 3, 4, 5, 90).stream().map(settings::pauseAfter).map(Duration::toSeconds))
                .containsExactly(5L, 10L, 20L, 40L, 60L, 60L);

        rejectOneEvent();
        world.store(opens(open(666, "a@example.com")));
        InboxProcessor longDelay = new InboxProcessor(world.jdbi, CrmSides.of(CrmNames.DEFAULT), settings);
        assertThat(longDelay.run()).isEqualTo(new InboxProcessor.Result(0, 0, 1, 0, 0));
        assertThat(longDelay.run())
                .as("it waits for its next attempt")
                .isEqualTo(new InboxProcessor.Result(0, 0, 0, 0, 0));
    }

    private int prune(Duration keep) {
        return world.jdbi.withHandle(handle -> Inbox.prune(handle, keep, 1_000));
    }

    @Test
    void only_old_done_or_dead_deliveries_are_pruned() {
        world.deliver(opens(open(1, "a@example.com")));
        world.deliver("no json");
        world.store(opens(open(2, "a@example.com")));
        world.admin.useHandle(
                handle -> handle.execute(
                        "update mautic_sync.inbox set received_at = now() - interval '2 days', processed_at = now() - interval '2 days'"));

        assertThat(prune(Duration.ofDays(3))).isZero();
        assertThat(prune(Duration.ofDays(1))).isEqualTo(2);
        assertThat(world.inbox.counts()).containsEntry(Inbox.State.PENDING, 1L).containsEntry(Inbox.State.DEAD, 0L);
    }

    @Test
    void the_contacts_link_decides_before_its_supabase_id_and_that_before_its_address() {
        CustomerId linked = world.customer(1, "one@example.com");
        CustomerId named = world.customer(2, "two@example.com");
        world.customer(3, "three@example.com");
        world.link(linked, 70);
        String hit = """
                {"mautic.page_on_hit":[{"hit":{"id":%d,"redirect":[],"source":"email","email":{"id":1},
                 "lead":{"id":%d,"email":"three@example.com","supabase_id":"%s"}}}]}
                """;

        world.deliver(hit.formatted(1, 70, named));
        world.deliver(hit.formatted(2, 71, named));
        world.deliver(hit.formatted(3, 71, SmallCrm.id(99)));

        assertThat(world.events()).containsExactly("click:1 click 1", "click:2 click 2", "click:3 click 3");
    }
}
