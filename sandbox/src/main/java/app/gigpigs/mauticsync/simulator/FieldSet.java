package app.gigpigs.mauticsync.simulator;

/** The custom contact fields that a simulator starts with. */
public enum FieldSet {
    /** Ten fields for a CRM: numbers default to 0, texts have up to 191 characters. */
    CRM_FIELDS,
    /** The same as during the recordings: no defaults, 64 characters. */
    CRM_FIELDS_AS_RECORDED,
    /** Core fields only. */
    NONE
}
