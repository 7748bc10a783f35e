package app.gigpigs.mauticsync.outbound.state;

import java.time.Duration;

/** How long a rejected customer is not sent again: longer each time, because the next answer is usually the same. Pure. */
final class RetryDelay {
    private static final Duration FIRST = Duration.ofMinutes(15);
    private static final Duration LONGEST = Duration.ofHours(24);

    private RetryDelay() {}

    /** The pause after the given number of rejections in a row before this one. */
    static Duration after(int earlierRejections) {
        Duration delay = FIRST.multipliedBy(1L << Math.min(earlierRejections, 10));
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
