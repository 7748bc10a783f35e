package app.gigpigs.mauticsync.inbound.engagement;

import java.time.Duration;

/**
 * How deliveries are processed.
 *
 * @param attempts how often a delivery is tried before it is dead
 * @param firstPause the pause after the first failure; it doubles with each further one
 * @param longestPause the longest pause
 */
public record InboundSettings(int attempts, Duration firstPause, Duration longestPause) {
    /** Eight attempts, a pause of five seconds at first and of one hour at most. */
    public static final InboundSettings DEFAULT = new InboundSettings(8, Duration.ofSeconds(5), Duration.ofHours(1));

    public InboundSettings {
        if (attempts < 1 || firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "attempts must be at least 1, the first pause must not be negative or above the longest");
        }
    }

    /** The pause after this many attempts. */
    public Duration pauseAfter(int attemptsMade) {
        Duration pause = firstPause.multipliedBy(1L << Math.min(20, Math.max(0, attemptsMade - 1)));
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }
}
