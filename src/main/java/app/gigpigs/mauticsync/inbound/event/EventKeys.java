package app.gigpigs.mauticsync.inbound.event;

/** Keys of events; a do-not-contact entry has the same one in a webhook and in Mautic's table. Pure. */
public final class EventKeys {
    private EventKeys() {}

    /** A do-not-contact entry's key, for as long as no other contact has it. */
    public static String ofEntry(long entry, long reason) {
        return "dnc:" + entry + ":" + reason;
    }

    public static boolean isEntry(String key) {
        return key.startsWith("dnc:");
    }
}
