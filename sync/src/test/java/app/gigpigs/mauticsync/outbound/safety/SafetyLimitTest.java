package app.gigpigs.mauticsync.outbound.safety;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection.Everybody;
import app.gigpigs.mauticsync.outbound.RunRequest.Trigger;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.push.PushSettings;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.RunCounts;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that would change too many contacts stops before it sends anything. */
@Execution(ExecutionMode.CONCURRENT)
class SafetyLimitTest {
    private static final int CUSTOMERS = 40;

    private final Scenario world = new Scenario();

    @BeforeEach
    void fill() {
        for (int i = 1; i <= CUSTOMERS; i++) {
            world.crm.add(
                    i, Map.of("email", "c" + i + "@example.com", "suburb", "Perth", "customer_segments", "{vip}"));
        }
        world.sync();
        world.mautic.clearRequests();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update public.customer_profiles set marketing_opt_in = false | 40 of 40 customers would be opted out",
                "update public.customer_profiles set customer_segments = '{}' | would leave segments",
                "update public.customer_profiles set suburb = null | would have values blanked",
                "update public.customer_profiles set in_view = email = 'c1@example.com' | 39 of 40 customers were removed",
                "update public.customer_profiles set email = null where email > 'c2' | were removed or can no longer be sent",
                "update public.customer_profiles set in_view = false | has no rows, while 40 customers were sent before",
                "delete from public.customer_profiles where email <> 'c1@example.com' | 39 of 40 customers were removed",
                "update public.customer_profiles set email = concat('c', right(id::text, 2)::int % 40 + 1, '@example.com') | 40 of 40 customers would get the e-mail address of another customer",
            })
    void a_run_over_the_limit_stops_before_anything_is_sent(String accident, String message) {
        SmallCrm.execute(world.jdbi, accident);

        RunResult result = world.run(SyncMode.CHANGED);

        assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
            assertThat(stopped.failure().code()).isEqualTo(ErrorCode.SAFETY_LIMIT);
            assertThat(stopped.failure().message()).contains(message).contains("sync --confirm");
        });
        assertThat(world.mautic.requests())
                .noneMatch(request ->
                        !request.method().equals("GET") && !request.path().equals("/oauth/v2/token"));
        assertThat(Rows.one(
                        world.jdbi, "select status from public.mautic_sync_logs order by run_started_at desc limit 1"))
                .isEqualTo("limit_exceeded");
    }

    @Test
    void a_run_over_the_limit_continues_with_the_confirmed_number() {
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set marketing_opt_in = false");

        assertThat(world.run(confirmed(CUSTOMERS - 1))).isInstanceOf(RunResult.Stopped.class);
        RunCounts counts = Scenario.counts(world.run(confirmed(CUSTOMERS)));

        assertThat(counts.updated()).isEqualTo(CUSTOMERS);
        assertThat(world.contact("c7@example.com").doNotContact()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_run_that_would_opt_in_many_stops_under_every_setting(ReconsentPolicy policy) {
        SmallCrm.execute(
                world.jdbi,
                "update public.customer_profiles set marketing_opt_in = false; delete from mautic_sync.outbox");
        Scenario.counts(world.run(confirmed(CUSTOMERS)));
        SmallCrm.execute(
                world.jdbi,
                "update public.customer_profiles set marketing_opt_in = true where id <= '" + SmallCrm.id(20) + "'");

        RunResult result = world.run(RunRequest.of(SyncMode.CHANGED), with(policy));

        assertThat(result)
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message())
                                .contains("20 of 40 customers who must not be mailed would be opted in"));
        assertThat(world.mautic.contacts())
                .noneMatch(contact -> contact.doNotContact().isEmpty());
    }

    private static OutboundSettings with(ReconsentPolicy policy) {
        OutboundSettings usual = Scenario.settings();
        return new OutboundSettings(
                usual.mapping(),
                usual.push(),
                usual.safety(),
                usual.unknownOutcomeWait(),
                new ConsentSettings(Optional.empty(), ConsentSettings.DEFAULT.deleted(), policy));
    }

    @Test
    void few_changes_are_within_the_limit() {
        SmallCrm.execute(
                world.jdbi,
                "update public.customer_profiles set marketing_opt_in = false, suburb = null where email < 'c17@'");

        assertThat(world.sync().updated()).isEqualTo(7);
    }

    @Test
    void a_change_of_segment_does_not_count_towards_the_limit() {
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set customer_segments = '{regular}'");

        assertThat(world.sync().updated()).isEqualTo(CUSTOMERS);
    }

    @Test
    void an_empty_view_of_a_new_installation_is_reported() {
        SmallCrm.execute(
                world.jdbi,
                "delete from public.mautic_sync_status; update public.customer_profiles set in_view = false");

        assertThat(world.run(SyncMode.CHANGED))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message()).contains("Row Level Security"));
        assertThat(world.run(confirmed(0))).isInstanceOf(RunResult.Done.class);
    }

    @Test
    void a_refresh_that_breaks_the_crm_before_a_lost_answer_is_looked_up_is_left_to_the_next_run() {
        SmallCrm.execute(
                world.jdbi,
                "update public.customer_profiles set suburb = 'Newtown' where id = '" + SmallCrm.id(1) + "'");
        world.mautic.faults().next("PATCH", "/api/contacts/batch/edit", new Fault.CloseAfter());

        RunResult result = world.runWith(
                Scenario.settings(),
                () -> SmallCrm.execute(world.jdbi, "update public.customer_profiles set marketing_opt_in = false"));

        assertThat(result).isInstanceOf(RunResult.Done.class);
        assertThat(world.mautic.contacts())
                .allMatch(contact -> contact.doNotContact().isEmpty());
        assertThat(world.run(SyncMode.CHANGED))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().code()).isEqualTo(ErrorCode.SAFETY_LIMIT));
    }

    @Test
    void a_first_run_with_nearly_all_opted_out_stops_before_it_reads_mautics_opt_outs() {
        SmallCrm.execute(
                world.jdbi,
                "delete from public.mautic_sync_status; delete from mautic_sync.sent_values; update public.customer_profiles set marketing_opt_in = id <= '"
                        + SmallCrm.id(4) + "'");

        assertThat(world.run(SyncMode.CHANGED))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message())
                                .contains("36 of 40 customers would be opted out", "sync --confirm 36"));
        assertThat(world.mautic.contacts())
                .allMatch(contact -> contact.doNotContact().isEmpty());
        assertThat(Scenario.counts(world.run(confirmed(36))).synced()).isEqualTo(CUSTOMERS);
    }

    @Test
    void a_broken_refresh_during_a_run_opts_no_customer_out() {
        everyCustomerMoves();
        OutboundSettings usual = Scenario.settings();
        OutboundSettings slow = new OutboundSettings(
                usual.mapping(),
                new PushSettings(10, OptionalInt.of(1), Duration.ZERO, Duration.ofMillis(5)),
                usual.safety(),
                usual.unknownOutcomeWait());

        RunResult result = world.run(
                RunRequest.of(SyncMode.CHANGED),
                slow,
                afterTheFirstCustomer(() ->
                        SmallCrm.execute(world.jdbi, "update public.customer_profiles set marketing_opt_in = false")));

        assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
            assertThat(stopped.failure().code()).isEqualTo(ErrorCode.SAFETY_LIMIT);
            assertThat(stopped.failure().message()).contains("on its way", "opted out since the run began");
        });
        assertThat(world.mautic.contacts())
                .allMatch(contact -> contact.doNotContact().isEmpty())
                .filteredOn(contact -> "Newtown".equals(contact.text("city")))
                .hasSize(1);
        assertThat(world.run(SyncMode.CHANGED))
                .isInstanceOfSatisfying(
                        RunResult.Stopped.class,
                        stopped -> assertThat(stopped.failure().message()).contains("sync --confirm"));
    }

    @Test
    void a_few_opt_outs_during_a_run_are_sent() {
        everyCustomerMoves();

        RunResult result = world.run(
                RunRequest.of(SyncMode.CHANGED),
                Scenario.settings(),
                afterTheFirstCustomer(() -> SmallCrm.execute(
                        world.jdbi,
                        "update public.customer_profiles set marketing_opt_in = false where id = '" + SmallCrm.id(30)
                                + "'")));

        assertThat(Scenario.counts(result).updated()).isEqualTo(CUSTOMERS);
        assertThat(world.mautic.contacts())
                .filteredOn(contact -> !contact.doNotContact().isEmpty())
                .hasSize(1);
    }

    private void everyCustomerMoves() {
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set suburb = 'Newtown', marketing_opt_in = true");
    }

    private static Progress afterTheFirstCustomer(Runnable interference) {
        AtomicBoolean over = new AtomicBoolean();
        return new Progress() {
            @Override
            public void expect(int customers) {}

            @Override
            public void done(int customers) {
                if (over.compareAndSet(false, true)) {
                    interference.run();
                }
            }

            @Override
            public void note(String line) {}
        };
    }

    @Test
    void a_first_run_with_many_opt_outs_is_within_the_limit() {
        SmallCrm.execute(
                world.jdbi,
                "delete from public.mautic_sync_status; delete from mautic_sync.sent_values; update public.customer_profiles set marketing_opt_in = id <= '"
                        + SmallCrm.id(5) + "'");

        assertThat(world.sync().synced()).isEqualTo(CUSTOMERS);
    }

    private static RunRequest confirmed(int customers) {
        return new RunRequest(SyncMode.CHANGED, new Everybody(), OptionalInt.of(customers), Trigger.COMMAND);
    }
}
