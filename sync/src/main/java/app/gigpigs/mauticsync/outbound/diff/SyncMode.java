package app.gigpigs.mauticsync.outbound.diff;

/** What a run takes up. */
public enum SyncMode {
    /** The customers that changed since they were last sent. */
    CHANGED,
    /** Every customer that can be sent, and the real membership of every segment. */
    FULL
}
