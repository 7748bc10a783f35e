package app.gigpigs.mauticsync.inbound.engagement;

import java.time.Duration;

/**
 * How deliveries are worked off.
 *
 * @param bouncesUntilInvalid at this many bounces an address is flagged; Mautic stops mailing after the first, so that
 *     three take three mails that were under way, or somebody who lifts the block
 * @param tries how often a delivery is tried before it is parked
 * @param firstPause rest after the first failure, doubled each time
 * @param longestPause the most it is doubled to
 */
public record InboundSettings(int bouncesUntilInvalid, int tries, Duration firstPause, Duration longestPause) {
    /** Three bounces, eight tries, five seconds at first, an hour at most. */
    public static final InboundSettings DEFAULT = new InboundSettings(3, 8, Duration.ofSeconds(5), Duration.ofHours(1));

    public InboundSettings {
        if (bouncesUntilInvalid < 1 || tries < 1 || firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "bounces and tries must be at least 1, the first pause not negative and not above the longest");
        }
    }

    /** The rest after this many tries. */
    public Duration pauseAfter(int triesMade) {
        Duration pause = firstPause.multipliedBy(1L << Math.min(20, Math.max(0, triesMade - 1)));
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }
}
