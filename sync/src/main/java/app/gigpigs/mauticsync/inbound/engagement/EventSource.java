package app.gigpigs.mauticsync.inbound.engagement;

import java.util.Locale;

/** How an event arrived. */
public enum EventSource {
    WEBHOOK,
    CATCH_UP,
    /** Mautic's response to a push showed it. */
    PUSH_RESPONSE,
    /** Amazon SES reported it. */
    SES;

    public String sql() {
        return name().toLowerCase(Locale.ROOT);
    }
}
