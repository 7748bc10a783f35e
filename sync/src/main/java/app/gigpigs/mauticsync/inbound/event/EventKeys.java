package app.gigpigs.mauticsync.inbound.event;

import app.gigpigs.mauticsync.consent.ledger.Reason;

/** Keys of events. A do-not-contact entry has the same key in a webhook and in Mautic's table. Pure. */
public final class EventKeys {
    private EventKeys() {}

    /** The key of a do-not-contact entry, unless its id was issued before for a different contact. */
    public static String ofEntry(long entry, long reason) {
        return "dnc:" + entry + ":" + reason;
    }

    public static boolean isEntry(String key) {
        return key.startsWith("dnc:");
    }

    /** What an opt-out with this key said. */
    public static Reason reason(String key) {
        return isEntry(key) && key.endsWith(":" + DoNotContactChange.MANUAL) ? Reason.MANUAL : Reason.UNSUBSCRIBED;
    }
}
