package app.gigpigs.mauticsync.consent.ledger;

/** What a later opt-in in the CRM does to what stands against the address. */
public enum ReconsentPolicy {
    /** Nothing: a person decides. */
    KEEP,
    /** It ends an opt-out of the CRM, if the entry in Mautic is ours and no mail was ever sent to the address. */
    REMOVE_OWN,
    /** It ends an opt-out of the CRM, and an unsubscribe that is certainly older. */
    NEWEST_WINS
}
