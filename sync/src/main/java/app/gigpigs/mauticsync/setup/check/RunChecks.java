package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.status.CustomerCounts;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** How the last runs ended, which customers Mautic rejects, and whether the CRM's refresh signals arrive. */
public final class RunChecks {
    private static final Duration LONG_WAIT = Duration.ofMinutes(10);
    private static final Duration NO_SIGNAL = Duration.ofHours(1);

    private final Jdbi jdbi;
    private final InstantSource clock;
    private final Duration staleAfter;

    public RunChecks(Jdbi jdbi, InstantSource clock, Duration staleAfter) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.staleAfter = staleAfter;
    }

    /** The last runs, and whether runs are paused. */
    public List<Finding> runs() {
        List<Finding> findings = new ArrayList<>();
        new PauseSwitch(jdbi)
                .current(Lease.OUTBOUND)
                .ifPresent(paused ->
                        findings.add(Finding.warning("runs", "are " + paused.message(), "./mautic-sync resume")));
        RunHistory history = new RunHistory(jdbi);
        lastRun(history).ifPresent(findings::add);
        Optional<Age> lastGood = history.lastGood().map(at -> Age.of(at, clock));
        lastGood.filter(age -> age.exceeds(staleAfter))
                .ifPresent(age -> findings.add(Finding.warning(
                        "runs",
                        "the last successful one is " + age + " old (SYNC_STALE_AFTER allows " + new Age(staleAfter)
                                + ")",
                        "is serve running? ./mautic-sync status")));
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    "runs",
                    lastGood.map(age -> "the last successful one ended " + age + " ago")
                            .orElse("none yet; ./mautic-sync plan shows what the first would send")));
        }
        return findings;
    }

    private static Optional<Finding> lastRun(RunHistory history) {
        return history.last(1).stream()
                .findFirst()
                .map(run -> run.ending())
                .filter(ending -> List.of("failed", "limit_exceeded", "died").contains(ending.status()))
                .map(ending -> Finding.problem(
                        "runs",
                        "the last one ended " + ending.status() + firstLine(ending.failure()),
                        "./mautic-sync status, then ./mautic-sync sync"));
    }

    private static String firstLine(@Nullable Failure failure) {
        return failure == null ? "" : ": " + failure.line().lines().findFirst().orElse("");
    }

    /** Customers that Mautic rejects, as a whole or in part. */
    public List<Finding> rejected() {
        CustomerCounts counts = CustomerCounts.of(jdbi);
        List<Finding> findings = new ArrayList<>();
        int rejected = counts.states().getOrDefault("rejected", 0);
        if (rejected > 0) {
            findings.add(Finding.warning(
                    "rejected customers",
                    "Mautic rejects " + rejected + " customers",
                    "./mautic-sync failed shows the reasons"));
        }
        if (counts.withWarnings() > 0) {
            findings.add(Finding.warning(
                    "incomplete customers",
                    counts.withWarnings()
                            + " were sent without a value that Mautic would have rejected (too long for its field, an unknown country, not in a list of choices)",
                    "select warnings, count(*) from public.mautic_sync_status where warnings <> '{}' group by 1"));
        }
        return findings.isEmpty() ? List.of(Finding.ok("rejected customers", "none")) : findings;
    }

    /** Whether the CRM signals that its data is fresh, and whether a run follows. */
    public Finding refreshSignal() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select max(created_at) filter (where kind = 'refresh') as latest,
                               min(created_at) filter (where state = 'pending') as waiting
                          from mautic_sync.refresh_signal
                        """)
                .map((row, context) -> refreshSignal(
                        age(row.getObject("latest", OffsetDateTime.class)),
                        age(row.getObject("waiting", OffsetDateTime.class))))
                .one());
    }

    private Optional<Age> age(@Nullable OffsetDateTime time) {
        return Optional.ofNullable(time).map(at -> Age.of(at.toInstant(), clock));
    }

    private static Finding refreshSignal(Optional<Age> latest, Optional<Age> waiting) {
        if (waiting.filter(age -> age.exceeds(LONG_WAIT)).isPresent()) {
            return Finding.problem(
                    "refresh signal",
                    "one has been waiting for a run for " + waiting.get(),
                    "start ./mautic-sync serve, or check why its runs do not end");
        }
        if (latest.filter(age -> age.exceeds(NO_SIGNAL)).isPresent()) {
            return Finding.warning(
                    "refresh signal",
                    "the CRM's last one is " + latest.get() + " old; runs follow SYNC_SCHEDULE meanwhile",
                    "check the CRM's refresh job (select * from cron.job_run_details)");
        }
        return Finding.ok(
                "refresh signal",
                latest.map(age -> "the last one came " + age + " ago").orElse("not used; runs follow SYNC_SCHEDULE"));
    }
}
