package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.push.PushSettings;
import app.gigpigs.mauticsync.outbound.safety.SafetySettings;
import java.time.Duration;

/**
 * What a run does and how.
 *
 * @param mapping what of the CRM goes where in Mautic
 * @param push how hard Mautic is pushed
 * @param safety what stops a run that would do harm
 * @param unknownOutcomeWait how long a batch may go on in Mautic after its answer was lost
 * @param consent how consent is dealt with
 */
public record OutboundSettings(
        Mapping mapping,
        PushSettings push,
        SafetySettings safety,
        Duration unknownOutcomeWait,
        ConsentSettings consent) {
    /** The original design's mapping, and more than twice the time that an answer is waited for to settle. */
    public static final OutboundSettings DEFAULT =
            new OutboundSettings(Mapping.DEFAULT, PushSettings.DEFAULT, SafetySettings.DEFAULT, Duration.ofMinutes(5));

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
