package app.gigpigs.mauticsync.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Times as people write them: 90s, 2m, 7d, 500ms or ISO-8601 (PT2M). Pure. */
public final class Durations {
    private Durations() {}

    public static Optional<Duration> read(String text) {
        try {
            String value = text.toUpperCase(java.util.Locale.ROOT);
            if (value.matches("\\d+MS")) {
                return Optional.of(Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2))));
            }
            if (value.matches("\\d+D")) {
                return Optional.of(Duration.parse("P" + value));
            }
            return Optional.of(Duration.parse(value.startsWith("P") ? value : "PT" + value));
        } catch (DateTimeParseException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
