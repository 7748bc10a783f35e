package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import java.time.Duration;

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
    /** Mails of 30 days, a sweep a day, five hundred rows a call, ten minutes. */
    public static final CatchUpSettings DEFAULT = new CatchUpSettings(
            InboundSettings.DEFAULT, Duration.ofDays(30), Duration.ofDays(1), 500, Duration.ofMinutes(10));

    /** The same, but nothing is left for a next run. */
    public CatchUpSettings withoutHaste() {
        return new CatchUpSettings(inbound, mailWindow, sweepEvery, page, Duration.ofDays(365));
    }

    public CatchUpSettings {
        if (page < 1 || mailWindow.isNegative() || sweepEvery.isNegative() || patience.isNegative()) {
            throw new IllegalArgumentException("a page has at least one row, and times are not negative");
        }
    }
}
