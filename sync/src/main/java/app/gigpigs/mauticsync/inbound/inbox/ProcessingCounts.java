package app.gigpigs.mauticsync.inbound.inbox;

/** Counts the deliveries of one run. Call it after the commit only, so that it counts nothing that was rolled back. */
final class ProcessingCounts {
    private int processed;
    private int dead;
    private int retried;
    private int added;
    private int known;

    /** A delivery was committed in this state, with these events. */
    void committed(Inbox.State state, DeliveryCounts events) {
        switch (state) {
            case PROCESSED -> processed++;
            case DEAD -> dead++;
            case PENDING -> retried++;
        }
        added += events.added();
        known += events.known();
    }

    InboxProcessor.Result result() {
        return new InboxProcessor.Result(processed, dead, retried, added, known);
    }
}
