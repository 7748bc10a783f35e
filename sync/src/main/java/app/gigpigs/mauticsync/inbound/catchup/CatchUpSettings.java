package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.time.Duration;
import java.util.List;

/**
 * How Mautic's tables are read.
 *
 * @param mailWindow e-mails sent within this time are read in every run, for bounces and for opens of deleted contacts;
 *     older ones are read by the sweeps
 * @param sweepEvery how often a table is read from its beginning, if its rows change long after they were written
 * @param page rows in one call
 * @param timeout after this time a run stops reading old history and leaves the rest to the next run
 */
public record CatchUpSettings(Duration mailWindow, Duration sweepEvery, int page, Duration timeout) {
    static final Setting BOUNCE_WINDOW = Setting.of(
            "SYNC_BOUNCE_WINDOW",
            "30d",
            "E-mails sent within this time are read in every catch-up, because they may still bounce; older ones once"
                    + " a day.",
            new Kind.Time());

    public static final List<Setting> SETTINGS = List.of(BOUNCE_WINDOW);

    public static final CatchUpSettings DEFAULT = from(SettingReader.defaults());

    /** A sweep a day, five hundred rows in a call, ten minutes of old history in one run. */
    public static CatchUpSettings from(SettingReader read) {
        return new CatchUpSettings(read.duration(BOUNCE_WINDOW), Duration.ofDays(1), 500, Duration.ofMinutes(10));
    }

    /** The same, but a run reads everything, however long it takes. */
    public CatchUpSettings untilComplete() {
        return new CatchUpSettings(mailWindow, sweepEvery, page, Duration.ofDays(365));
    }

    public CatchUpSettings {
        if (page < 1 || mailWindow.isNegative() || sweepEvery.isNegative() || timeout.isNegative()) {
            throw new IllegalArgumentException("a page must have at least one row, and no time may be negative");
        }
    }
}
