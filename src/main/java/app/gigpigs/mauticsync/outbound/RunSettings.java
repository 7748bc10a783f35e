package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.contact.Mapping;
import java.time.Duration;

/**
 * What a run does and how.
 *
 * @param mapping what of the CRM goes where in Mautic
 * @param pacing how hard Mautic is pushed
 * @param safety what stops a run that would do harm
 * @param settle how long a batch may go on in Mautic after its answer was lost
 */
public record RunSettings(Mapping mapping, Pacing pacing, Safety safety, Duration settle) {
    /** The original design's mapping, and two minutes to settle. */
    public static final RunSettings DEFAULT =
            new RunSettings(Mapping.DEFAULT, Pacing.DEFAULT, Safety.DEFAULT, Duration.ofMinutes(2));

    public RunSettings {
        if (settle.isNegative()) {
            throw new IllegalArgumentException("times are not negative");
        }
    }
}
