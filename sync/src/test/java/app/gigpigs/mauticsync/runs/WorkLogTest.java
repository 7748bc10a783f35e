package app.gigpigs.mauticsync.runs;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.testing.LoggedLines;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkLogTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));

    @Test
    void long_work_is_told_after_three_seconds_and_then_once_a_minute() {
        try (LoggedLines log = LoggedLines.of(WorkLog.class)) {
            WorkLog work = new WorkLog(now::get, "comparing customers");
            work.done(200);
            pass(Duration.ofSeconds(3));
            work.done(200);
            pass(Duration.ofSeconds(59));
            work.done(200);
            pass(Duration.ofSeconds(1));
            work.done(200);

            assertThat(log.lines())
                    .containsExactly("comparing customers: 400 so far", "comparing customers: 800 so far");
        }
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }
}
