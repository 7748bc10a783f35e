package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.failure.Failure;

/** How catching up ended. */
public sealed interface CatchUpResult {
    /** Everything was read, but for the readings that the report names as unfinished; the next run continues those. */
    record Done(CatchUpReport report) implements CatchUpResult {}

    /** Not everything could be read. What was read is in the CRM, and the next run continues from there. */
    record Failed(CatchUpReport report, Failure failure) implements CatchUpResult {}

    /** The process was asked to stop. What was read is in the CRM, and the next run continues from there. */
    record Stopped(CatchUpReport report, String message) implements CatchUpResult {}

    /** Another process is catching up. */
    record AlreadyRunning() implements CatchUpResult {}
}
