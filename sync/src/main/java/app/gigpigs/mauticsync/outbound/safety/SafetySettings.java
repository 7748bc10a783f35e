package app.gigpigs.mauticsync.outbound.safety;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/**
 * What keeps a mistake in the CRM from becoming one in Mautic.
 *
 * @param safetyLimitPercent a run that would opt out, take out of segments, blank or remove more than this share of what was
 *     sent before stops before sending; 100 never stops
 * @param safetyLimitMinimum and at least this many customers, so that a small CRM may change as a whole
 * @param undoFor how long what was overwritten in Mautic is kept; zero keeps nothing and reads nothing beforehand
 */
public record SafetySettings(BigDecimal safetyLimitPercent, int safetyLimitMinimum, Duration undoFor) {
    private static final BigDecimal OFF = new BigDecimal("100");

    static final Setting PERCENT = Setting.of(
            "SYNC_SAFETY_LIMIT_PERCENT",
            "10",
            "A run stops before it sends anything if it would opt out, take out of segments, blank values of, or remove"
                    + " more than this share of the linked customers. Each of the four is counted on its own. 100"
                    + " switches the limit off, except for an empty view.",
            new Kind.WholeNumber(0, 100));
    static final Setting MINIMUM = Setting.of(
            "SYNC_SAFETY_LIMIT_MINIMUM",
            "10",
            "Changes that affect fewer customers than this never stop a run.",
            new Kind.WholeNumber(0, Integer.MAX_VALUE));
    static final Setting UNDO_FOR = Setting.of(
            "SYNC_UNDO_FOR",
            "7d",
            "How long the values that a run overwrote in Mautic are kept for `undo`; `0s` keeps none.",
            new Kind.Time());

    public static final List<Setting> SETTINGS = List.of(PERCENT, MINIMUM, UNDO_FOR);

    public static final SafetySettings DEFAULT = from(SettingReader.defaults());

    public static SafetySettings from(SettingReader read) {
        return new SafetySettings(
                BigDecimal.valueOf(read.number(PERCENT)), read.number(MINIMUM), read.duration(UNDO_FOR));
    }

    /** Whether {@code count} of {@code all} customers is more than may change without a confirmation. */
    public boolean exceededBy(long count, long all) {
        return count > allowed(all);
    }

    /** How many of {@code all} customers may change without a confirmation. */
    public long allowed(long all) {
        return safetyLimitPercent.compareTo(OFF) == 0
                ? Long.MAX_VALUE
                : Math.max(
                        BigDecimal.valueOf(all)
                                .multiply(safetyLimitPercent)
                                .movePointLeft(2)
                                .longValue(),
                        safetyLimitMinimum - 1L);
    }

    public SafetySettings {
        if (safetyLimitPercent.signum() < 0
                || safetyLimitPercent.compareTo(OFF) > 0
                || safetyLimitMinimum < 0
                || undoFor.isNegative()) {
            throw new IllegalArgumentException("a share is from 0 to 100 percent, counts and times are not negative");
        }
    }
}
