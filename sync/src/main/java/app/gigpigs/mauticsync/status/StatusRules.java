package app.gigpigs.mauticsync.status;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.RunHistory.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a report is a problem. Pure.
 *
 * @param staleAfter how long nothing may go through
 * @param failuresInRow after how many runs in a row a failure that may pass counts; one that needs a person counts at once
 */
public record StatusRules(Duration staleAfter, int failuresInRow) {
    /** They reach Mautic within seconds, or within a minute where a run was writing the contact. */
    private static final Duration OPT_OUT_DELAY = Duration.ofMinutes(10);

    /** The problems, each with its code; empty when all is well. */
    public List<Failure> problems(StatusReport report, Instant now) {
        List<Failure> problems = new ArrayList<>();
        run(report.runs()).ifPresent(problems::add);
        stale(report.runs(), now).ifPresent(problems::add);
        InboundReport inbound = report.inbound();
        inbound.catchUp().filter(failure -> failure.code().needsPerson()).ifPresent(problems::add);
        if (inbound.tables().stale(staleAfter, now)) {
            problems.add(new Failure(
                    inbound.catchUp().map(Failure::code).orElse(ErrorCode.INBOUND_STALE),
                    "no event from Mautic reached the CRM for " + staleAfter.toMinutes() + " minutes: "
                            + inbound.tables().message()
                            + inbound.catchUp()
                                    .map(failure -> "; the last catch-up stopped: " + failure.message())
                                    .orElse("")));
        }
        report.outbox()
                .since()
                .filter(now.minus(OPT_OUT_DELAY)::isAfter)
                .ifPresent(since -> problems.add(new Failure(
                        ErrorCode.OPT_OUTS_DELAYED,
                        report.outbox().waiting() + " changes in the CRM wait for Mautic, the oldest since " + since)));
        inbound.webhook()
                .filter(webhook -> !webhook.healthy())
                .ifPresent(webhook -> problems.add(new Failure(ErrorCode.WEBHOOK_MISSING, webhook.message())));
        return problems;
    }

    /** A stop on request is no failure. */
    private Optional<Failure> run(RunsStatus runs) {
        return runs.last()
                .map(run -> run.ending())
                .map(Ending::failure)
                .filter(failure -> failure.code().needsPerson()
                        || (runs.failuresInRow() >= failuresInRow
                                && failure.code().fix() != ErrorCode.Fix.NONE))
                .map(failure -> failure.with(
                        runs.failuresInRow() > 1 ? runs.failuresInRow() + " runs in a row did not go through: " : ""));
    }

    private Optional<Failure> stale(RunsStatus runs, Instant now) {
        boolean fresh = runs.lastGood().filter(now.minus(staleAfter)::isBefore).isPresent();
        return fresh
                ? Optional.empty()
                : Optional.of(new Failure(
                        ErrorCode.OUTBOUND_STALE,
                        runs.lastGood()
                                        .map(last -> "the last good run ended at " + last)
                                        .orElse("no run went through yet")
                                + runs.paused()
                                        .map(paused -> "; runs are " + paused.message())
                                        .orElse("")));
    }
}
