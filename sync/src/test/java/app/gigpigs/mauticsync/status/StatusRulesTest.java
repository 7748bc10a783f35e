package app.gigpigs.mauticsync.status;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusRulesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final InboundReport INBOUND = inbound(null, NOW.minusSeconds(60), null);

    private final StatusRules rules = new StatusRules(Duration.ofHours(1), 3);

    @Test
    void after_a_good_run_all_is_well() {
        assertThat(codes(report(runs(NOW.minusSeconds(60), null, 0), INBOUND))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void a_failure_that_needs_a_person_is_a_problem_at_once_and_another_after_some_runs(ErrorCode code) {
        Failure failure = new Failure(code, "what happened");
        List<ErrorCode> once = codes(report(runs(NOW.minusSeconds(60), failure, 1), INBOUND));
        List<ErrorCode> often = codes(report(runs(NOW.minusSeconds(60), failure, 3), INBOUND));

        if (code.needsPerson()) {
            assertThat(once).containsExactly(code);
            assertThat(often).containsExactly(code);
        } else if (code.fix() == ErrorCode.Fix.WAIT) {
            assertThat(once).isEmpty();
            assertThat(often).containsExactly(code);
        } else {
            assertThat(once).isEmpty();
            assertThat(often).isEmpty();
        }
    }

    @Test
    void the_reason_says_how_many_runs_failed() {
        Failure failure = new Failure(ErrorCode.MAUTIC_UNREACHABLE, "no connection");

        assertThat(rules.problems(report(runs(NOW.minusSeconds(60), failure, 4), INBOUND), NOW))
                .singleElement()
                .satisfies(problem -> assertThat(problem.line())
                        .isEqualTo("MS-201: 4 runs in a row did not go through: no connection"));
    }

    @Test
    void nothing_that_goes_through_is_a_problem_also_without_a_failure() {
        assertThat(codes(report(runs(NOW.minusSeconds(3601), null, 0), INBOUND)))
                .containsExactly(ErrorCode.OUTBOUND_STALE);
        assertThat(codes(report(runs(null, null, 0), INBOUND))).containsExactly(ErrorCode.OUTBOUND_STALE);
    }

    @Test
    void a_pause_that_is_forgotten_is_told_as_such() {
        RunsStatus paused = new RunsStatus(
                Optional.of(NOW.minusSeconds(7200)),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.of(new PauseSwitch.Paused(NOW.minusSeconds(7000), "moving")));

        assertThat(rules.problems(report(paused, INBOUND), NOW))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).contains("paused").contains("moving"));
    }

    @Test
    void a_webhook_that_does_not_deliver_is_a_problem() {
        WebhookHealth off = new WebhookHealth(false, "webhook 1: is not published", NOW, NOW);

        assertThat(codes(report(runs(NOW, null, 0), inbound(null, NOW, off))))
                .containsExactly(ErrorCode.WEBHOOK_MISSING);
    }

    @Test
    void a_catch_up_that_needs_a_person_is_a_problem_at_once_and_another_when_it_is_stale() {
        Failure permission = new Failure(ErrorCode.MAUTIC_PERMISSION, "forbidden");
        Failure down = new Failure(ErrorCode.MAUTIC_UNREACHABLE, "no connection");
        RunsStatus good = runs(NOW, null, 0);

        assertThat(codes(report(good, inbound(permission, NOW, null)))).containsExactly(ErrorCode.MAUTIC_PERMISSION);
        assertThat(codes(report(good, inbound(down, NOW.minusSeconds(600), null))))
                .isEmpty();
        assertThat(codes(report(good, inbound(down, NOW.minusSeconds(3700), null))))
                .containsExactly(ErrorCode.MAUTIC_UNREACHABLE);
        assertThat(codes(report(good, inbound(null, NOW.minusSeconds(3700), null))))
                .containsExactly(ErrorCode.INBOUND_STALE);
    }

    private List<ErrorCode> codes(StatusReport report) {
        return rules.problems(report, NOW).stream().map(Failure::code).toList();
    }

    private static StatusReport report(RunsStatus runs, InboundReport inbound) {
        return new StatusReport(
                runs,
                new CustomerCounts(Map.of(), 0, 0, 0),
                inbound,
                new OutboxStatus(List.of(), 0, Optional.empty(), false),
                List.of());
    }

    private static RunsStatus runs(@Nullable Instant lastGood, @Nullable Failure failure, int failuresInRow) {
        RunHistory.Run last = new RunHistory.Run(
                UUID.randomUUID(),
                NOW,
                NOW,
                new RunHistory.Ending(failure == null ? "done" : "failed", "schedule", failure),
                new RunHistory.Pushed(0, 0));
        return new RunsStatus(
                Optional.ofNullable(lastGood), Optional.of(last), failuresInRow, Optional.empty(), Optional.empty());
    }

    private static InboundReport inbound(@Nullable Failure catchUp, Instant caughtUp, @Nullable WebhookHealth webhook) {
        return new InboundReport(
                new InboundStatus(Optional.of(caughtUp), Optional.empty(), 0, 0),
                Optional.ofNullable(catchUp),
                Optional.empty(),
                Optional.ofNullable(webhook));
    }
}
