package app.gigpigs.mauticsync.setup.check;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How long ago something happened, and the text for it. */
record Age(Duration duration) {
    static Age of(Instant time, InstantSource clock) {
        return new Age(Duration.between(time, clock.instant()));
    }

    boolean exceeds(Duration limit) {
        return duration.compareTo(limit) > 0;
    }

    @Override
    public String toString() {
        return duration.toMinutes() < 120
                ? duration.toMinutes() + " minutes"
                : duration.toHours() < 72 ? duration.toHours() + " hours" : duration.toDays() + " days";
    }
}
