package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.Progress;
import app.gigpigs.mauticsync.runs.RunLog;
import java.time.Duration;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the run log now and then what the run has pushed so far: it is shown while the run goes on, and is there when
 * the process is killed. Thread-safe.
 */
final class RecordedProgress implements Progress {
    private static final Logger log = LoggerFactory.getLogger(RecordedProgress.class);
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private final RunContext run;
    private final RunLog runs;
    private final Progress watched;
    private long recorded = System.nanoTime() - BETWEEN.toNanos();

    /** @param watched is told as well */
    RecordedProgress(RunContext run, RunLog runs, Progress watched) {
        this.run = run;
        this.runs = runs;
        this.watched = watched;
    }

    @Override
    public void expect(int customers) {
        watched.expect(customers);
    }

    @Override
    public void note(String line) {
        watched.note(line);
    }

    @Override
    public void done(int customers) {
        watched.done(customers);
        if (due()) {
            try {
                runs.soFar(run.id(), run.report(0).counts());
            } catch (JdbiException e) {
                // The run itself finds out whether the database works.
                log.debug("{}", Failure.of(e).line());
            }
        }
    }

    private synchronized boolean due() {
        boolean due = System.nanoTime() - recorded >= BETWEEN.toNanos();
        if (due) {
            recorded = System.nanoTime();
        }
        return due;
    }
}
