package app.gigpigs.mauticsync.inbound;

/** Keys of events; a do-not-contact entry has the same one in a webhook and in Mautic's table. Pure. */
final class EventKeys {
    private EventKeys() {}

    /** A do-not-contact entry's key, for as long as no other contact has it. */
    static String ofEntry(long entry, long reason) {
        return "dnc:" + entry + ":" + reason;
    }

    static boolean isEntry(String key) {
        return key.startsWith("dnc:");
    }
}
