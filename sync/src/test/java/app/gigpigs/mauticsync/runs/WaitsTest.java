package app.gigpigs.mauticsync.runs;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.Waiting;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.LoggedLines;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WaitsTest {
    private final Scenario world = new Scenario();
    private final List<Duration> slept = new ArrayList<>();
    private final List<Waits.Wait> meanwhile = new ArrayList<>();
    private Runnable look = () -> meanwhile.addAll(Waits.now(world.jdbi));
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final Waits waits = new Waits(
            world.jdbi,
            time -> {
                slept.add(time);
                look.run();
            },
            () -> now);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_long_wait_is_told_once_and_shown_as_long_as_it_lasts() {
        try (LoggedLines log = LoggedLines.of(Waits.class)) {
            waits.of(Duration.ofSeconds(30), "a write may still be running");

            assertThat(log.lines())
                    .containsExactly(
                            "waiting until 2026-03-01T12:00:30Z at the latest (30 s): a write may still be running");
        }
        assertThat(slept).containsExactly(Duration.ofSeconds(30));
        assertThat(meanwhile).singleElement().satisfies(wait -> {
            assertThat(wait.why()).isEqualTo("a write may still be running");
            assertThat(Duration.between(wait.since(), wait.until())).isEqualTo(Duration.ofSeconds(30));
        });
        assertThat(Waits.now(world.jdbi)).isEmpty();
    }

    @Test
    void a_short_wait_is_not_worth_a_line() {
        try (LoggedLines log = LoggedLines.of(Waits.class)) {
            waits.of(Duration.ofSeconds(3), "a short one");
            assertThat(log.lines()).isEmpty();
        }
        assertThat(meanwhile).isEmpty();
        assertThat(slept).hasSize(1);
    }

    @Test
    void the_same_reason_is_logged_again_only_after_ten_minutes() {
        try (LoggedLines log = LoggedLines.of(Waits.class)) {
            for (int i = 0; i < 3; i++) {
                waits.of(Duration.ofSeconds(5), "Mautic is slow");
                now = now.plusSeconds(100);
            }
            waits.of(Duration.ofSeconds(5), "another reason");
            assertThat(log.lines()).hasSize(2);
            now = now.plusSeconds(601);
            waits.of(Duration.ofSeconds(5), "Mautic is slow");
            assertThat(log.lines()).hasSize(3);
        }
        assertThat(meanwhile).hasSize(5);
    }

    @Test
    void a_database_that_does_not_answer_lets_one_wait_all_the_same() {
        SmallCrm.execute(world.jdbi, "drop table mautic_sync.wait");
        look = () -> {};

        waits.of(Duration.ofSeconds(5), "anything");

        assertThat(slept).containsExactly(Duration.ofSeconds(5));
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void a_mautic_that_is_slow_is_told_while_it_is_waited_for() {
        world.mautic.faults().next("GET", "/api/fields/contact", new Fault.Slow(Duration.ofMillis(3400)));
        Waiting waiting = new Waiting() {
            @Override
            public void pause(Duration time, String why) {
                waits.of(time, why);
            }

            @Override
            public Runnable begins(Duration atMost, String why) {
                return waits.begins(atMost, why);
            }
        };

        try (LoggedLines log = LoggedLines.of(Waits.class);
                Mautic client = new Mautic(world.mauticSettings(), waiting, InstantSource.system())) {
            client.fields().all();
            client.fields().all();

            assertThat(log.lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("waiting until 2026-03-01T12:00:17Z at the latest (17 s): ")
                            .contains("Mautic has not answered GET /api/fields/contact yet"));
        }
        assertThat(Rows.of(world.jdbi, "select why from mautic_sync.wait")).isEmpty();
    }
}
