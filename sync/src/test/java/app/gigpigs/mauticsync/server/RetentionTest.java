package app.gigpigs.mauticsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.engagement.EventRetention;
import app.gigpigs.mauticsync.outbound.state.Tombstones;
import app.gigpigs.mauticsync.runs.RunLog;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Duration YEAR = Duration.ofDays(365);

    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    private void sql(String text) {
        SmallCrm.execute(world.jdbi, text);
    }

    private String count(String from) {
        return Rows.one(world.jdbi, "select count(*) from " + from);
    }

    private int run(Retention.Bite bite) {
        return new Retention(world.jdbi, List.of(bite), StopSignal.NEVER).run();
    }

    @Test
    void old_runs_are_deleted_but_the_last_good_one_and_those_that_can_be_undone() {
        world.crm.add(1, "a@example.com");
        world.sync();
        world.crm.set(SmallCrm.id(1), "suburb", "Perth");
        world.sync();
        String undoable = Rows.one(world.jdbi, "select run_id::text from mautic_sync.overwritten_values");
        sql("update public.mautic_sync_logs set run_started_at = run_started_at - interval '2 years'");
        sql("""
                insert into public.mautic_sync_logs (run_started_at, kind, status, triggered_by)
                select now() - make_interval(days => 400 + i), 'outbound', 'failed', 'schedule' from generate_series(1, 2500) i;
                insert into public.mautic_sync_logs (run_started_at, kind, status, triggered_by)
                values (now() - interval '1 day', 'outbound', 'failed', 'schedule'),
                       (now() - interval '500 days', 'outbound', 'done', 'schedule'),
                       (now() - interval '499 days', 'catch_up', 'done', 'schedule');
                """);

        assertThat(run((handle, most) -> RunLog.prune(handle, YEAR, most))).isEqualTo(2500 + 1);

        assertThat(Rows.of(
                        world.jdbi,
                        "select kind || ' ' || status from public.mautic_sync_logs order by run_started_at"))
                .containsExactly("outbound done", "outbound done", "catch_up done", "outbound failed");
        assertThat(count("public.mautic_sync_logs where id = '" + undoable + "'"))
                .isEqualTo("1");
    }

    @Test
    void what_mautic_said_of_an_event_is_forgotten_and_the_event_stays() {
        sql("""
                insert into public.customer_email_engagement (event_type, event_key, raw_payload, created_at)
                select 'open', 'open:' || i, '{"a":1}', now() - make_interval(days => i) from generate_series(1, 1200) i
                """);

        assertThat(run((handle, most) -> EventRetention.forgetPayloads(handle, Duration.ofDays(90), most)))
                .isEqualTo(1111);

        assertThat(count("public.customer_email_engagement")).isEqualTo("1200");
        assertThat(count("public.customer_email_engagement where raw_payload is not null"))
                .isEqualTo("89");
    }

    @Test
    void an_event_without_a_customer_is_not_waited_for_for_ever_unless_it_is_an_opt_out() {
        sql("""
                with e as (
                  insert into public.customer_email_engagement (event_type, event_key)
                  select 'open', 'open:' || i from generate_series(1, 4) i returning id, event_key
                )
                insert into mautic_sync.pending_event (event_id, waiting_for, effect_due, created_at)
                select id, case event_key when 'open:1' then 'crm' else 'customer' end, event_key = 'open:2',
                       now() - case event_key when 'open:3' then interval '1 day' else interval '2 years' end
                  from e
                """);

        assertThat(run((handle, most) -> EventRetention.forgetPending(handle, YEAR, most)))
                .isEqualTo(1);

        assertThat(count("mautic_sync.pending_event")).isEqualTo("3");
        assertThat(count("public.customer_email_engagement")).isEqualTo("4");
    }

    @Test
    void a_deleted_customer_is_forgotten_only_after_its_contact_left_the_segments() {
        sql("""
                insert into mautic_sync.deleted_customer (customer_id, mautic_contact_id, state, deleted_at)
                values (gen_random_uuid(), 1, 'pending', now() - interval '2 years'),
                       (gen_random_uuid(), 2, 'done', now() - interval '2 years'),
                       (gen_random_uuid(), 3, 'done', now() - interval '2 days')
                """);

        assertThat(run((handle, most) -> Tombstones.prune(handle, YEAR, most))).isEqualTo(1);

        assertThat(Rows.of(world.jdbi, "select mautic_contact_id::text from mautic_sync.deleted_customer order by 1"))
                .containsExactly("1", "3");
    }

    @Test
    void it_ends_when_the_process_is_to_end() {
        int[] bites = {0};
        StopSignal afterTwo = () -> bites[0] < 2 ? Optional.empty() : Optional.of("stopping");

        new Retention(
                        world.jdbi,
                        List.of((handle, most) -> {
                            bites[0]++;
                            return most;
                        }),
                        afterTwo)
                .run();

        assertThat(bites[0]).isEqualTo(2);
    }
}
