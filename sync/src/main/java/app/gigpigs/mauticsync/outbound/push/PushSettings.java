package app.gigpigs.mauticsync.outbound.push;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * How hard Mautic is pushed.
 *
 * @param batchSize the most contacts in one call; Mautic's api_batch_max_limit (200 unless changed) is what it takes
 * @param concurrency how many batches are sent at the same time; empty to find out what the server takes best
 * @param pauseBetweenBatches how long a worker rests after each batch
 * @param retryPause how long to wait before a failed batch is sent again; doubled each time, with jitter
 */
public record PushSettings(int batchSize, OptionalInt concurrency, Duration pauseBetweenBatches, Duration retryPause) {
    /** The most batches that are sent at the same time; six were slower than one on a server of two cores. */
    public static final int HIGHEST_CONCURRENCY = 12;

    static final Setting BATCH_SIZE = Setting.of(
            "SYNC_BATCH_SIZE",
            "200",
            "How many contacts are sent in one call. Mautic takes at most its `api_batch_max_limit`.",
            new Kind.WholeNumber(1, 1000));
    static final Setting CONCURRENCY = Setting.of(
            "SYNC_CONCURRENCY",
            "auto",
            "How many batches are sent at the same time; `auto` finds out what the server takes best.",
            new Kind.NumberOrAuto(1, HIGHEST_CONCURRENCY));
    static final Setting BATCH_PAUSE =
            Setting.of("SYNC_BATCH_PAUSE", "0s", "How long to rest after each batch.", new Kind.Time());

    public static final List<Setting> SETTINGS = List.of(BATCH_SIZE, CONCURRENCY, BATCH_PAUSE);

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    public static final PushSettings DEFAULT = from(SettingReader.defaults());

    public static PushSettings from(SettingReader read) {
        return new PushSettings(
                read.number(BATCH_SIZE), read.numberOrAuto(CONCURRENCY), read.duration(BATCH_PAUSE), RETRY_PAUSE);
    }

    public PushSettings {
        boolean impossible = batchSize < 1 || concurrency.orElse(1) < 1 || concurrency.orElse(1) > HIGHEST_CONCURRENCY;
        if (impossible || pauseBetweenBatches.isNegative() || retryPause.isNegative()) {
            throw new IllegalArgumentException("batch size must be at least 1, concurrency from 1 to "
                    + HIGHEST_CONCURRENCY + ", times not negative");
        }
    }
}
