package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.push.PushSettings;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import java.time.Duration;
import java.util.List;

/**
 * What a run does and how.
 *
 * @param mapping what of the CRM goes where in Mautic
 * @param push how hard Mautic is pushed
 * @param safety when a run stops because it would change too much
 * @param unknownOutcomeWait how long a batch may go on in Mautic after its answer was lost
 * @param consent how consent is dealt with
 */
public record OutboundSettings(
        Mapping mapping,
        PushSettings push,
        SafetySettings safety,
        Duration unknownOutcomeWait,
        ConsentSettings consent) {
    static final Setting UNKNOWN_OUTCOME_WAIT = Setting.of(
            "SYNC_UNKNOWN_OUTCOME_WAIT",
            "5m",
            "How long Mautic may still be writing a batch whose answer was lost: customers whose contacts do not show it"
                    + " are not sent before. At least twice MAUTIC_REQUEST_TIMEOUT.",
            new Kind.Time());

    public static final List<Setting> SETTINGS = List.of(UNKNOWN_OUTCOME_WAIT);

    /** The original design's mapping, and the default of every setting. */
    public static final OutboundSettings DEFAULT = from(SettingReader.defaults(), Mapping.DEFAULT);

    public static OutboundSettings from(SettingReader read, Mapping mapping) {
        return new OutboundSettings(
                mapping,
                PushSettings.from(read),
                SafetySettings.from(read),
                read.duration(UNKNOWN_OUTCOME_WAIT),
                ConsentSettings.from(read));
    }

    /** With the usual way to deal with consent. */
    public OutboundSettings(Mapping mapping, PushSettings push, SafetySettings safety, Duration unknownOutcomeWait) {
        this(mapping, push, safety, unknownOutcomeWait, ConsentSettings.DEFAULT);
    }

    public OutboundSettings {
        if (unknownOutcomeWait.isNegative()) {
            throw new IllegalArgumentException("times are not negative");
        }
    }
}
