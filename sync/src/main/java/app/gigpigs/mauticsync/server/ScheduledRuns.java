package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection;
import app.gigpigs.mauticsync.outbound.RunRequest.Trigger;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * The runs of the outbound journey. They follow the schedule. Where the CRM signals its refreshes, a run follows each
 * signal instead, and the schedule is used only when there was no signal for an hour.
 */
final class ScheduledRuns {
    private static final Logger log = LoggerFactory.getLogger(ScheduledRuns.class);
    /** Without a signal for this long, runs follow the schedule again. */
    private static final Duration SIGNALS_TRUSTED = Duration.ofHours(1);

    private final OutboundRun run;
    private final RefreshSignal signal;
    private final InstantSource clock;
    /** The signals that the latest run followed, whether it was successful or not. */
    private volatile Set<Long> tried = Set.of();
    /** When writes of unknown outcome can be looked up; null when there are none. */
    private volatile @Nullable Instant lookUpAt;

    ScheduledRuns(OutboundRun run, RefreshSignal signal, InstantSource clock) {
        this.run = run;
        this.signal = signal;
        this.clock = clock;
    }

    /** Whether a run should not wait for the schedule. */
    boolean due() {
        return signalled() || canLookUp();
    }

    private boolean canLookUp() {
        Instant at = lookUpAt;
        return at != null && !clock.instant().isBefore(at);
    }

    /**
     * Whether the CRM signalled a refresh that no run has followed. When the run after it failed, the schedule decides
     * when to try again.
     */
    private boolean signalled() {
        return !tried.containsAll(signal.open());
    }

    /** Runs, unless the next signal can be waited for. */
    void run() {
        Set<Long> signals = signal.open();
        tried = signals;
        if (signals.isEmpty() && !canLookUp() && signal.usedWithin(SIGNALS_TRUSTED)) {
            log.debug("the CRM signals its refreshes; waiting for the next");
            return;
        }
        signal.forget();
        lookUpAt = null;
        RunResult result = run.run(new RunRequest(
                SyncMode.CHANGED,
                new Selection.Everybody(),
                OptionalInt.empty(),
                signals.isEmpty() ? Trigger.SCHEDULE : Trigger.REFRESH));
        if (result instanceof RunResult.Done done) {
            done.openFor().ifPresent(time -> lookUpAt = clock.instant().plus(time));
            signal.followed(signals, String.valueOf(ProcessHandle.current().pid()));
        }
        log(result);
    }

    private static void log(RunResult result) {
        if (result instanceof RunResult.Done done) {
            MDC.put("run", done.report().run().toString());
            log.info(
                    "run done: pushed {}, unchanged {}, skipped {}, rejected {}",
                    done.report().counts().synced(),
                    done.report().counts().unchanged(),
                    done.report().counts().skipped(),
                    done.report().counts().rejected());
            done.openFor()
                    .ifPresent(time -> log.info(
                            "{} writes have an unknown outcome and are looked up in {} s, or by an earlier run",
                            done.report().counts().outcomeUnknown(),
                            time.toSeconds()));
        } else if (result instanceof RunResult.Stopped stopped) {
            MDC.put("run", stopped.report().run().toString());
            log.atLevel(stopped.failure().code() == ErrorCode.STOPPED ? Level.INFO : Level.WARN)
                    .log(stopped.failure().with("run stopped: ").line());
        } else if (result instanceof RunResult.Paused paused) {
            log.info("no run: {}", paused.message());
        } else {
            log.info("no run: another one is running");
        }
        MDC.remove("run");
    }
}
