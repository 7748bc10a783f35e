package app.gigpigs.mauticsync.inbound.engagement;

/** What became of an event. */
public enum ApplyResult {
    /** It is in the CRM now, with its effects. */
    NEW,
    /** It was there already, and nothing happened. */
    KNOWN,
    /** It is about somebody who was erased: nothing of it is kept. */
    DROPPED
}
