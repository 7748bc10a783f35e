package app.gigpigs.mauticsync.consent.suppression.list;

/** How the values of a column count in the end. */
enum Use {
    /** Yes, a date or an opt-out is one. */
    OPTED_OUT,
    /** No is an opt-out. */
    SUBSCRIBED,
    /** Each value says by itself what it means. */
    STATUS,
    /** Any text is an opt-out, and says why. */
    OPT_OUT_REASON,
    /** Says why; whether is said elsewhere, or by being on the list. */
    REASON,
    /** May say why, if no other column does. */
    REMARK,
    DATE,
    IGNORED;

    /** Whether rows can be on the list or not by such a column. */
    boolean decides() {
        return this == OPTED_OUT || this == SUBSCRIBED || this == STATUS || this == OPT_OUT_REASON;
    }
}
