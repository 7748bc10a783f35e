package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.outbound.OutboundRun;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection;
import app.gigpigs.mauticsync.outbound.RunRequest.Trigger;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
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
    /** The signals that the latest run followed, whether it was successful or not. */
    private volatile Set<Long> tried = Set.of();

    ScheduledRuns(OutboundRun run, RefreshSignal signal) {
        this.run = run;
        this.signal = signal;
    }

    /**
     * Whether the CRM signalled a refresh that no run has followed. When the run after it failed, the schedule decides
     * when to try again.
     */
    boolean signalled() {
        return !tried.containsAll(signal.open());
    }

    /** Runs, unless the next signal can be waited for. */
    void run() {
        Set<Long> signals = signal.open();
        tried = signals;
        if (signals.isEmpty() && signal.usedWithin(SIGNALS_TRUSTED)) {
            log.debug("the CRM signals its refreshes; waiting for the next");
            return;
        }
        signal.forget();
        RunResult result = run.run(new RunRequest(
                SyncMode.CHANGED,
                new Selection.Everybody(),
                OptionalInt.empty(),
                signals.isEmpty() ? Trigger.SCHEDULE : Trigger.REFRESH));
        if (result instanceof RunResult.Done) {
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
