package app.gigpigs.mauticsync.status;

import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.runs.RunHistory.Run;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * How the outbound journey is.
 *
 * @param lastGood when the last run that went through ended; empty when none ever did
 * @param last the last run that has ended
 * @param failuresInRow how many runs have ended otherwise since the last good one
 * @param next when the next run is due; empty when no process serves, or while a run is going on
 * @param paused whether runs are paused
 */
public record RunsStatus(
        Optional<Instant> lastGood,
        Optional<Run> last,
        int failuresInRow,
        Optional<Instant> next,
        Optional<PauseSwitch.Paused> paused) {
    /** Reads it from the database. */
    public static RunsStatus of(Jdbi jdbi) {
        RunHistory history = new RunHistory(jdbi);
        return new RunsStatus(
                history.lastGood(),
                history.lastEnded(),
                history.failuresInRow(),
                next(jdbi),
                new PauseSwitch(jdbi).current(Lease.OUTBOUND));
    }

    private static Optional<Instant> next(Jdbi jdbi) {
        return jdbi.withHandle(handle ->
                handle.createQuery("""
                        select execution_time from mautic_sync.scheduled_tasks
                         where task_name = 'outbound' and not picked
                        """).mapTo(OffsetDateTime.class).findOne().map(OffsetDateTime::toInstant));
    }
}
