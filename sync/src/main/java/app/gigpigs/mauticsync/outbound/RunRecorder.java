package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.failure.FailureException;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.metrics.Meters;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunLog;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What surrounds every run: the pause switch, the lease, the run log, and a result for each exception. */
final class RunRecorder {
    private static final Logger log = LoggerFactory.getLogger(RunRecorder.class);

    /** The lines of a run in the log name it. */
    private static final String MDC_KEY = "run";

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final RunEnvironment environment;
    private final RunLog runs;

    RunRecorder(Jdbi jdbi, Mautic mautic, OutboundSettings settings, RunEnvironment environment) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        this.environment = environment;
        this.runs = new RunLog(jdbi);
    }

    /** Does the work under the lease, unless runs are paused or another run is alive, and writes the run log. */
    RunResult record(RunRequest request, Consumer<RunContext> work) {
        Optional<PauseSwitch.Paused> paused = new PauseSwitch(jdbi).current(Lease.OUTBOUND);
        if (paused.isPresent()) {
            return new RunResult.Paused(paused.get().message());
        }
        Optional<Lease> acquired = Lease.acquire(jdbi, Lease.OUTBOUND, environment.pause());
        if (acquired.isEmpty()) {
            return new RunResult.AlreadyRunning();
        }
        try (Lease lease = acquired.get()) {
            RunContext run = new RunContext(runs.start(request.trigger().sql()), lease, jdbi, settings);
            MDC.put(MDC_KEY, run.id().toString());
            return logged(run, work);
        } finally {
            MDC.remove(MDC_KEY);
        }
    }

    private RunResult logged(RunContext run, Consumer<RunContext> work) {
        long before = mautic.requestsSent();
        try {
            RunResult result = attempt(run, work, before);
            finish(run, result, report(run, before));
            return result;
        } catch (RuntimeException | Error e) {
            // A defect of ours, or no memory left: the run log must not say for ever that this run is going on.
            RunResult.Report report = report(run, before);
            finish(run, new RunResult.Stopped(report, Failure.of(e)), report);
            throw e;
        }
    }

    private RunResult attempt(RunContext run, Consumer<RunContext> work, long before) {
        try {
            work.accept(run);
            return new RunResult.Done(report(run, before), run.inFlight().remaining());
        } catch (FailureException | JdbiException e) {
            log.debug("run {} stopped", run.id(), e);
            return stopped(run, before, Failure.of(e));
        }
    }

    private RunResult stopped(RunContext run, long before, Failure failure) {
        return new RunResult.Stopped(report(run, before), failure);
    }

    private RunResult.Report report(RunContext run, long before) {
        return run.report(mautic.requestsSent() - before);
    }

    private void finish(RunContext run, RunResult result, RunResult.Report report) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>(report.details());
        if (result instanceof RunResult.Stopped stopped) {
            details.putAll(stopped.failure().fields());
        }
        measure(run, result, report);
        try {
            String json = details.isEmpty() ? null : new ObjectMapper().writeValueAsString(details);
            runs.finish(run.id(), status(run, result), report.counts(), report.requests(), json);
        } catch (JdbiException e) {
            log.error(Failure.of(e).with("the run log could not be written: ").line());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text are JSON", e);
        }
    }

    private static void measure(RunContext run, RunResult result, RunResult.Report report) {
        Meters.run(status(run, result).sql(), report.took());
        Meters.customers("created", report.counts().created());
        Meters.customers("updated", report.counts().updated());
        Meters.customers("matched", report.counts().matched());
        Meters.customers("rejected", report.counts().rejected());
    }

    private static RunLog.Status status(RunContext run, RunResult result) {
        if (!(result instanceof RunResult.Stopped stopped)) {
            return RunLog.Status.DONE;
        }
        ErrorCode code = stopped.failure().code();
        return switch (code) {
            case SAFETY_LIMIT -> RunLog.Status.LIMIT_EXCEEDED;
            case STOPPED -> RunLog.Status.STOPPED;
            // Nothing was tried while Mautic could not be reached.
            default -> code.needsPerson() || run.begun() ? RunLog.Status.FAILED : RunLog.Status.SKIPPED;
        };
    }
}
