package app.gigpigs.mauticsync.consent.suppression.list;

/** What a column is for, by its header. */
enum Role {
    /** Named as the address. */
    EMAIL("the address"),
    /** A person: the address, if that is what the column holds. */
    RECIPIENT("not used"),
    /** Who sent or owns something: never the address by itself. */
    SENDER("not used: it names the sender or owner"),
    /** Yes, a date or a reason here is an opt-out. */
    OPTED_OUT("yes or a date here is an opt-out"),
    /** No here is an opt-out. */
    SUBSCRIBED("no here is an opt-out"),
    /** When somebody subscribed: a sign that the list holds subscribers. */
    SUBSCRIBED_AT("not used: when people subscribed"),
    STATUS("the status"),
    /** Like a status, but often about something else. */
    KIND("the status"),
    REASON("the reason"),
    /** Why somebody opted out: any text here is an opt-out. */
    OPT_OUT_REASON("the reason"),
    DATE("the date"),
    /** Free text, tags, lists. */
    TEXT("not used"),
    /** About opting out, but not whether: how often, from which campaign. */
    DETAIL("not used"),
    /** Names, places, numbers: says nothing about who may be mailed. */
    NEUTRAL("not used"),
    UNKNOWN("not used: its name is not known");

    private final String message;

    Role(String message) {
        this.message = message;
    }

    String message() {
        return message;
    }
}
