package app.gigpigs.mauticsync.inbound.engagement;

/** What became of the change that an event makes to the CRM's customers. */
enum EffectResult {
    /** It was made, or there was none to make. */
    APPLIED,
    /** The CRM has no customer yet whom it would concern. */
    NO_CUSTOMER,
    /** A trigger or a constraint of the CRM rejected it. It is tried again until the CRM accepts it. */
    REJECTED
}
