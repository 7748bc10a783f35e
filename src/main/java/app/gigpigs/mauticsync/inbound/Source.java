package app.gigpigs.mauticsync.inbound;

import java.util.Locale;

/** Which way an event came. */
enum Source {
    WEBHOOK,
    CATCH_UP,
    /** Mautic's answer to a push showed it. */
    ANSWER;

    String sql() {
        return name().toLowerCase(Locale.ROOT);
    }
}
