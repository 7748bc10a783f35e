package app.gigpigs.mauticsync.inbound.engagement;

/** What became of the change that an event makes to the CRM's customers. */
enum EffectResult {
    /** It is made, or there was none to make. */
    GIVEN,
    /** There is nobody yet whom it would be about. */
    NOBODY,
    /** A trigger or a constraint of the CRM's refused it; it is tried again until it is taken. */
    REJECTED
}
