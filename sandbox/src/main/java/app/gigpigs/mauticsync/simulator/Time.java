package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** The simulator's clock: whole seconds, as in Mautic's database. */
final class Time {
    private static final DateTimeFormatter JSON =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'+00:00'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TABLE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private volatile InstantSource clock = InstantSource.system();

    void follow(InstantSource other) {
        clock = other;
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** As in Mautic's JSON. */
    static String json(Instant instant) {
        return JSON.format(instant);
    }

    /** As in Mautic's tables. */
    static String table(Instant instant) {
        return TABLE.format(instant);
    }
}
