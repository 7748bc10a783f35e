package app.gigpigs.mauticsync.outbound.safety;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * What keeps a mistake in the CRM from becoming one in Mautic.
 *
 * @param safetyLimitPercent a run that would opt out, take out of segments, blank or lose more than this share of what was
 *     sent before stops before sending; 100 never stops
 * @param safetyLimitMinimum and at least this many customers, so that a small CRM may change as a whole
 * @param undoFor how long what was overwritten in Mautic is kept; zero keeps nothing and reads nothing beforehand
 */
public record SafetySettings(BigDecimal safetyLimitPercent, int safetyLimitMinimum, Duration undoFor) {
    /** Ten percent and at least ten customers; seven days. */
    public static final SafetySettings DEFAULT = new SafetySettings(new BigDecimal("10"), 10, Duration.ofDays(7));

    public SafetySettings {
        if (safetyLimitPercent.signum() < 0
                || safetyLimitPercent.compareTo(new BigDecimal("100")) > 0
                || safetyLimitMinimum < 0
                || undoFor.isNegative()) {
            throw new IllegalArgumentException("a share is from 0 to 100 percent, counts and times are not negative");
        }
    }
}
