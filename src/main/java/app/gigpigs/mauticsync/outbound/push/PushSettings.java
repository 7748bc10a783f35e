package app.gigpigs.mauticsync.outbound.push;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How hard Mautic is pushed.
 *
 * @param batchSize the most contacts in one call; Mautic's api_batch_max_limit (200 unless changed) is what it takes
 * @param concurrency batches under way at the same time; empty to find out what the server takes best
 * @param pauseBetweenBatches rest of a lane after each batch
 * @param retryPause rest before an erroneous answer's batch is sent again, doubled each time and jittered
 */
public record PushSettings(int batchSize, OptionalInt concurrency, Duration pauseBetweenBatches, Duration retryPause) {
    /** The most lanes there can be; six were slower than one on a server of two cores. */
    public static final int MOST_LANES = 12;

    /** 200 contacts, as many lanes as do good, no rest, a second before a retry. */
    public static final PushSettings DEFAULT =
            new PushSettings(200, OptionalInt.empty(), Duration.ZERO, Duration.ofSeconds(1));

    public PushSettings {
        boolean impossible = batchSize < 1 || concurrency.orElse(1) < 1 || concurrency.orElse(1) > MOST_LANES;
        if (impossible || pauseBetweenBatches.isNegative() || retryPause.isNegative()) {
            throw new IllegalArgumentException(
                    "batch size must be at least 1, lanes from 1 to " + MOST_LANES + ", times not negative");
        }
    }
}
