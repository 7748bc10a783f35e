package app.gigpigs.mauticsync.inbound;

import java.util.Locale;

/** Which way an event came. */
enum Source {
    WEBHOOK,
    CATCH_UP;

    String sql() {
        return name().toLowerCase(Locale.ROOT);
    }
}
