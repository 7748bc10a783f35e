package app.gigpigs.mauticsync.simulator;

/** The custom contact fields that a simulator starts with. */
public enum FieldSet {
    /** Ten fields for a CRM: numbers default to 0, texts hold 191 characters. */
    CRM_FIELDS,
    /** The same as they were when the recordings were made: no defaults, 64 characters. */
    CRM_FIELDS_AS_RECORDED,
    /** Core fields only. */
    NONE
}
