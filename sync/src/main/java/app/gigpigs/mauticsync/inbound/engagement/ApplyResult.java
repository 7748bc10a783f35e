package app.gigpigs.mauticsync.inbound.engagement;

/** What became of an event. */
public enum ApplyResult {
    /** It is in the CRM now, with its effects. */
    NEW,
    /** The CRM had it before; nothing happened. */
    KNOWN,
    /** What it says does not fit what is known of its contact, so Mautic is asked first; nothing of it is kept. */
    UNCONFIRMED,
    /** It is about a person who was erased; nothing of it is kept. */
    DROPPED
}
