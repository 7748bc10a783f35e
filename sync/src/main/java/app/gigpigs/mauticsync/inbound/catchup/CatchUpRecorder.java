package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.RunLog;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records how catching up ended: in the log, and in the run log unless a scheduled run found nothing. */
final class CatchUpRecorder {
    private static final Logger log = LoggerFactory.getLogger(CatchUpRecorder.class);
    private static final String SCHEDULE = "schedule";

    private final RunLog runs;
    private final String triggeredBy;

    CatchUpRecorder(Jdbi jdbi, String triggeredBy) {
        this.runs = new RunLog(jdbi);
        this.triggeredBy = triggeredBy;
    }

    void record(CatchUpResult result, Duration took) {
        if (result instanceof CatchUpResult.Failed failed) {
            log.warn("{}", failed.failure().with("catching up stopped: ").line());
            runs.caughtUp(
                    took, triggeredBy, RunLog.Status.FAILED, failed.report().json(), failed.failure());
        } else if (result instanceof CatchUpResult.Stopped stopped) {
            log.info("catching up ended early: {}", stopped.message());
            runs.caughtUp(
                    took,
                    triggeredBy,
                    RunLog.Status.STOPPED,
                    stopped.report().json(),
                    new Failure(ErrorCode.STOPPED, stopped.message()));
        } else if (result instanceof CatchUpResult.Done done) {
            log(done.report());
            if (done.report().foundSomething() || !triggeredBy.equals(SCHEDULE)) {
                runs.caughtUp(
                        took, triggeredBy, RunLog.Status.DONE, done.report().json(), null);
            }
        }
    }

    private static void log(CatchUpReport report) {
        if (report.missing() > 0) {
            log.error(new Failure(ErrorCode.EVENTS_LOST, "caught up, but events are missing: " + report.message())
                    .line());
        } else if (report.missingDoNotContact() > 0) {
            log.warn(new Failure(ErrorCode.OPT_OUT_MISSING, "caught up: " + report.message()).line());
        } else if (report.foundSomething()) {
            log.info("caught up: {}", report.message());
        }
    }
}
