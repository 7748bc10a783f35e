package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import java.time.Duration;
import java.util.List;

/**
 * How Mautic's tables are read.
 *
 * @param inbound how events take effect
 * @param mailWindow mails sent within this time are looked at in every run, for bounces and for opens of contacts that
 *     are gone; older ones when everything is swept
 * @param sweepEvery how often tables are read from the beginning whose rows change long after they were written
 * @param page rows of one call
 * @param patience after this time a run stops reading old history and leaves the rest to the next
 */
public record CatchUpSettings(
        InboundSettings inbound, Duration mailWindow, Duration sweepEvery, int page, Duration patience) {
    static final Setting BOUNCE_WINDOW = Setting.of(
            "SYNC_BOUNCE_WINDOW",
            "30d",
            "Mails sent within this time are looked at in every catch-up, because they may still bounce; older ones once"
                    + " a day.",
            new Kind.Time());

    public static final List<Setting> SETTINGS = List.of(BOUNCE_WINDOW);

    public static final CatchUpSettings DEFAULT = from(SettingReader.defaults());

    /** A sweep a day, five hundred rows a call, ten minutes of old history at once. */
    public static CatchUpSettings from(SettingReader read) {
        return new CatchUpSettings(
                InboundSettings.from(read),
                read.duration(BOUNCE_WINDOW),
                Duration.ofDays(1),
                500,
                Duration.ofMinutes(10));
    }

    /** The same, but nothing is left for a next run. */
    public CatchUpSettings untilComplete() {
        return new CatchUpSettings(inbound, mailWindow, sweepEvery, page, Duration.ofDays(365));
    }

    public CatchUpSettings {
        if (page < 1 || mailWindow.isNegative() || sweepEvery.isNegative() || patience.isNegative()) {
            throw new IllegalArgumentException("a page has at least one row, and times are not negative");
        }
    }
}
