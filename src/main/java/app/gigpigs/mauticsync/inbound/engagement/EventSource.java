package app.gigpigs.mauticsync.inbound.engagement;

import java.util.Locale;

/** Which way an event came. */
public enum EventSource {
    WEBHOOK,
    CATCH_UP,
    /** Mautic's answer to a push showed it. */
    ANSWER;

    public String sql() {
        return name().toLowerCase(Locale.ROOT);
    }
}
