package app.gigpigs.mauticsync.inbound.engagement;

/** What became of an event. */
public enum ApplyResult {
    /** It is in the CRM now, with its effects. */
    NEW,
    /** The CRM had it before; nothing happened. */
    KNOWN,
    /** It is about a person who was erased; nothing of it is kept. */
    DROPPED
}
