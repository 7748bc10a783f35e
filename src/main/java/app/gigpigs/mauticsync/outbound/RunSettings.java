package app.gigpigs.mauticsync.outbound;

import java.time.Duration;

/**
 * How hard Mautic is pushed.
 *
 * @param batchSize contacts in one call; Mautic's api_batch_max_limit (200 unless changed) is the most it takes
 * @param lanes batches under way at the same time; two did best on a server of two cores, six were slower than one
 * @param pauseBetweenBatches rest of a lane after each batch
 * @param retryPause rest before an erroneous answer's batch is sent again, doubled each time and jittered
 * @param settle how long a batch may go on in Mautic after its answer was lost
 */
public record RunSettings(
        int batchSize, int lanes, Duration pauseBetweenBatches, Duration retryPause, Duration settle) {
    /** 200 contacts, two lanes, no rest, a second before a retry, two minutes. */
    public static final RunSettings DEFAULT =
            new RunSettings(200, 2, Duration.ZERO, Duration.ofSeconds(1), Duration.ofMinutes(2));

    public RunSettings {
        if (batchSize < 1
                || lanes < 1
                || pauseBetweenBatches.isNegative()
                || retryPause.isNegative()
                || settle.isNegative()) {
            throw new IllegalArgumentException("batch size and lanes must be at least 1, times not negative");
        }
    }
}
