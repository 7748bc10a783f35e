package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.time.Duration;
import java.util.List;

/**
 * How deliveries are processed.
 *
 * @param bouncesUntilInvalid the number of bounces at which an address is flagged as invalid. Mautic stops mailing a
 *     contact after the first bounce. So three bounces need three e-mails that were already on their way, or a person
 *     who removes the contact's do-not-contact entry in between
 * @param attempts how often a delivery is tried before it is dead
 * @param firstPause the pause after the first failure; it doubles with each further one
 * @param longestPause the longest pause
 */
public record InboundSettings(int bouncesUntilInvalid, int attempts, Duration firstPause, Duration longestPause) {
    static final Setting BOUNCES = Setting.of(
            "SYNC_BOUNCES_UNTIL_INVALID",
            "3",
            "After this many bounces the CRM's address is flagged as invalid. Mautic stops mailing after the first.",
            new Kind.WholeNumber(1, 100));

    public static final List<Setting> SETTINGS = List.of(BOUNCES);

    public static final InboundSettings DEFAULT = from(SettingReader.defaults());

    /** Eight attempts, a pause of five seconds at first and of one hour at most. */
    public static InboundSettings from(SettingReader read) {
        return new InboundSettings(read.number(BOUNCES), 8, Duration.ofSeconds(5), Duration.ofHours(1));
    }

    public InboundSettings {
        if (bouncesUntilInvalid < 1
                || attempts < 1
                || firstPause.isNegative()
                || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "bounces and attempts must be at least 1, the first pause must not be negative or above the longest");
        }
    }

    /** The pause after this many attempts. */
    public Duration pauseAfter(int attemptsMade) {
        Duration pause = firstPause.multipliedBy(1L << Math.min(20, Math.max(0, attemptsMade - 1)));
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }
}
