package app.gigpigs.mauticsync.outbound.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The concurrency chosen for modelled servers; time is calculated, not waited for. */
class AdaptiveConcurrencyTest {
    private static final PushSettings AUTO = PushSettings.DEFAULT;

    private long now;
    private final Random noise = new Random(5);

    /** Contacts a second for a concurrency of one to eight; the first row was measured on a server of two cores. */
    @ParameterizedTest
    @CsvSource({
        "50, 100,  80,  61,  54,  48,  45,  43",
        "50,  48,  46,  44,  42,  40,  38,  36",
        "50, 100, 150, 200, 160, 140, 120, 110",
        "50,  95, 140, 180, 215, 250, 280, 300",
        "30,  55,  56,  55,  54,  53,  52,  50",
    })
    void it_finds_the_best_concurrency_for_the_server(
            double one, double two, double three, double four, double five, double six, double seven, double eight) {
        double[] rates = {one, two, three, four, five, six, seven, eight};
        double best = 0;
        for (double rate : rates) {
            best = Math.max(best, rate);
        }
        AdaptiveConcurrency adaptiveConcurrency = new AdaptiveConcurrency(AUTO);

        push(adaptiveConcurrency, concurrency -> rates[concurrency - 1], 10_000);
        double seconds = push(adaptiveConcurrency, concurrency -> rates[concurrency - 1], 100_000);

        assertThat(100_000 / seconds).isGreaterThan(best * 0.95);
    }

    @Test
    void adapting_costs_a_first_import_little() {
        double[] rates = {50, 100, 80, 61, 54, 48, 45, 43};

        AdaptiveConcurrency adaptiveConcurrency = new AdaptiveConcurrency(AUTO);
        push(adaptiveConcurrency, concurrency -> rates[concurrency - 1], 200);

        double seconds = push(adaptiveConcurrency, concurrency -> rates[concurrency - 1], 18_000);

        assertThat(18_000 / seconds).isGreaterThan(100 * 0.95);
    }

    @Test
    void it_backs_off_when_the_server_slows_down_and_recovers_with_it() {
        AdaptiveConcurrency adaptiveConcurrency = new AdaptiveConcurrency(AUTO);
        push(
                adaptiveConcurrency,
                concurrency -> new double[] {50, 100, 150, 200, 160, 140, 120, 110}[concurrency - 1],
                60_000);
        assertThat(adaptiveConcurrency.concurrency()).isEqualTo(4);

        push(adaptiveConcurrency, concurrency -> new double[] {40, 38, 30, 20, 15, 12, 10, 8}[concurrency - 1], 20_000);
        assertThat(adaptiveConcurrency.concurrency()).isEqualTo(1);

        push(
                adaptiveConcurrency,
                concurrency -> new double[] {50, 100, 150, 200, 160, 140, 120, 110}[concurrency - 1],
                100_000);
        assertThat(adaptiveConcurrency.concurrency()).isEqualTo(4);
    }

    @Test
    void a_call_that_takes_too_long_makes_smaller_batches_and_quick_ones_larger_again() {
        AdaptiveConcurrency adaptiveConcurrency = new AdaptiveConcurrency(AUTO);

        adaptiveConcurrency.saw(200, Duration.ofSeconds(40), 1);
        assertThat(adaptiveConcurrency.batchSize()).isBetween(60, 80);
        for (int i = 0; i < 10; i++) {
            adaptiveConcurrency.saw(adaptiveConcurrency.batchSize(), Duration.ofSeconds(2), i + 2);
        }
        assertThat(adaptiveConcurrency.batchSize()).isEqualTo(200);
    }

    @Test
    void errors_lower_the_concurrency_to_at_least_one() {
        AdaptiveConcurrency adaptiveConcurrency = new AdaptiveConcurrency(AUTO);
        for (int i = 0; i < 20; i++) {
            adaptiveConcurrency.trouble();
        }
        assertThat(adaptiveConcurrency.concurrency()).isEqualTo(1);
    }

    @Test
    void a_fixed_concurrency_stays() {
        AdaptiveConcurrency adaptiveConcurrency =
                new AdaptiveConcurrency(new PushSettings(200, OptionalInt.of(5), Duration.ZERO, Duration.ZERO));

        push(adaptiveConcurrency, concurrency -> 10.0 / concurrency, 20_000);
        adaptiveConcurrency.trouble();
        adaptiveConcurrency.trouble();

        assertThat(adaptiveConcurrency.concurrency()).isEqualTo(5);
    }

    /** Pushes contacts in batches; returns the seconds that took. */
    private double push(AdaptiveConcurrency adaptiveConcurrency, IntToDoubleFunction rate, int contacts) {
        long begun = now;
        PriorityQueue<Call> running = new PriorityQueue<>((a, b) -> Long.compare(a.end, b.end));
        int left = contacts;
        adaptiveConcurrency.begin((contacts + adaptiveConcurrency.batchSize() - 1) / adaptiveConcurrency.batchSize());
        while (left > 0 || !running.isEmpty()) {
            while (left > 0 && running.size() < adaptiveConcurrency.concurrency()) {
                int size = Math.min(left, adaptiveConcurrency.batchSize());
                left -= size;
                int concurrency = running.size() + 1;
                double seconds = size
                        * concurrency
                        / rate.applyAsDouble(Math.min(8, Math.max(concurrency, adaptiveConcurrency.concurrency())));
                double jitter = 0.95 + noise.nextDouble() * 0.1;
                running.add(new Call(now, now + (long) (seconds * jitter * 1e9), size));
            }
            Call done = running.remove();
            now = Math.max(now, done.end);
            adaptiveConcurrency.saw(done.size, Duration.ofNanos(done.end - done.start), now);
        }
        return (now - begun) / 1e9;
    }

    private record Call(long start, long end, int size) {}
}
