package app.gigpigs.mauticsync.outbound.state;

import java.time.Duration;

/** How long a refused customer is left alone: longer each time, because Mautic seldom changes its mind. Pure. */
final class RetryDelay {
    private static final Duration FIRST = Duration.ofMinutes(15);
    private static final Duration LONGEST = Duration.ofHours(24);

    private RetryDelay() {}

    /** The pause after the given number of refusals in a row before this one. */
    static Duration after(int earlierRejections) {
        Duration delay = FIRST.multipliedBy(1L << Math.min(earlierRejections, 10));
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
