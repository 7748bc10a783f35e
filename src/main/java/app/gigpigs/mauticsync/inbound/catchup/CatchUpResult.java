package app.gigpigs.mauticsync.inbound.catchup;

/** How catching up went. */
public sealed interface CatchUpResult {
    /** Everything that was to be read was read, or goes on in the next run, as the ledger says. */
    record Done(CatchUpReport report) implements CatchUpResult {}

    /** Not everything could be read; what could be is in the CRM, and the next run goes on from there. */
    record Failed(CatchUpReport report, String message) implements CatchUpResult {}

    /** Another process is at it. */
    record AlreadyRunning() implements CatchUpResult {}
}
