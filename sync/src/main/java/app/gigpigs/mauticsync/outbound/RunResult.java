package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.RunCounts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a run ended. */
public sealed interface RunResult {
    /** Another run is alive and pushes; nothing was done. */
    record AlreadyRunning() implements RunResult {}

    /**
     * Runs are paused; nothing was done.
     *
     * @param message since when, and how to resume
     */
    record Paused(String message) implements RunResult {}

    /**
     * The run went through; single customers may have been rejected.
     *
     * @param openFor how long Mautic may still be working on writes whose outcome is unknown: until then the next run
     *     leaves their customers out, unless their contacts show the writes; empty when there are none
     */
    record Done(Report report, Optional<Duration> openFor) implements RunResult {}

    /**
     * The run could not go on; what was done before is kept, and the next run finishes the work.
     *
     * @param failure why
     */
    record Stopped(Report report, Failure failure) implements RunResult {}

    /**
     * What was done.
     *
     * @param run the run's id, by which {@code undo} knows it
     * @param requests HTTP requests sent to Mautic
     * @param details rejections and warnings
     */
    record Report(UUID run, RunCounts counts, long requests, Duration took, Map<String, @Nullable Object> details) {}
}
