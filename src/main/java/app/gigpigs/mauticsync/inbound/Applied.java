package app.gigpigs.mauticsync.inbound;

/** What became of an event. */
enum Applied {
    /** It is in the CRM now, with its effects. */
    NEW,
    /** It was there already, and nothing happened. */
    KNOWN,
    /** It is about somebody who was erased: nothing of it is kept. */
    DROPPED
}
