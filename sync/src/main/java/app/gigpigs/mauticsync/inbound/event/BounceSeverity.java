package app.gigpigs.mauticsync.inbound.event;

/** What a bounce says about the address. */
public enum BounceSeverity {
    /** The address takes no mail and never will: one is enough. */
    PERMANENT,
    /** One of several after which the address counts as invalid. */
    COUNTED,
    /** Nothing, such as an out-of-office reply that was sent as a bounce. It is recorded. */
    RECORDED
}
