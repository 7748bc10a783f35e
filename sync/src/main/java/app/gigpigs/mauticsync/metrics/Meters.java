package app.gigpigs.mauticsync.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * What is counted and measured where it happens. Like a log, it is the same for the whole process: only {@code serve}
 * publishes it, and in a command nothing is kept. No label has a value of a customer, an address or an id.
 */
public final class Meters {
    private static final Duration[] ANSWERS = {
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60)
    };
    private static final Duration[] DELAYS = {
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30)
    };
    private static final Pattern IDS = Pattern.compile("(?<=/)\\d+(?=/|$)");
    private static final AtomicInteger ACTIVE_BATCHES = new AtomicInteger();

    private Meters() {}

    /** Everything that has known labels, at zero: a counter that begins with its first event hides that event. */
    public static void begin() {
        Gauge.builder("mautic_sync_active_batches", ACTIVE_BATCHES, AtomicInteger::get)
                .description("Batches that are being sent to Mautic.")
                .register(Metrics.globalRegistry);
        List.of("created", "updated", "matched", "rejected").forEach(outcome -> customers(outcome, 0));
        List.of("accepted", "rejected", "too_long", "unanswered").forEach(outcome -> deliveries(outcome, 0));
        for (String source : List.of("webhook", "catch_up")) {
            List.of("open", "click", "unsubscribe", "bounce").forEach(type -> events(type, source, 0));
        }
        optOuts();
        deliveryDelays();
    }

    /** A run has ended. */
    public static void run(String status, Duration took) {
        Timer.builder("mautic_sync_runs")
                .description("Runs by how they ended.")
                .tag("status", status)
                .register(Metrics.globalRegistry)
                .record(took);
    }

    /** What a run did with customers. */
    public static void customers(String outcome, int customers) {
        Counter.builder("mautic_sync_contacts")
                .description("Customers by what runs did with them.")
                .tag("outcome", outcome)
                .register(Metrics.globalRegistry)
                .increment(customers);
    }

    /**
     * A call to Mautic has ended.
     *
     * @param path without its query
     * @param outcome the status of the answer, {@code not_sent} or {@code no_answer}
     */
    public static void request(String method, String path, String outcome, Duration took) {
        Timer.builder("mautic_sync_mautic_requests")
                .description("Calls to Mautic.")
                .tag("method", method)
                .tag("path", IDS.matcher(path).replaceAll("{id}"))
                .tag("outcome", outcome)
                .serviceLevelObjectives(ANSWERS)
                .register(Metrics.globalRegistry)
                .record(took);
    }

    /** How many batches are being sent. */
    public static void activeBatches(int batches) {
        ACTIVE_BATCHES.set(batches);
    }

    /** A delivery of Mautic: accepted, rejected, too_long or unanswered. */
    public static void delivery(String outcome) {
        deliveries(outcome, 1);
    }

    private static void deliveries(String outcome, int deliveries) {
        Counter.builder("mautic_sync_deliveries")
                .description("Mautic's deliveries by what became of them.")
                .tag("outcome", outcome)
                .register(Metrics.globalRegistry)
                .increment(deliveries);
    }

    /** New events are in the CRM. */
    public static void events(String type, String source, int events) {
        Counter.builder("mautic_sync_events")
                .description("New events in the CRM.")
                .tag("type", type)
                .tag("source", source)
                .register(Metrics.globalRegistry)
                .increment(events);
    }

    /** From a change in the CRM, such as an opt-out, until Mautic knew it. */
    public static void optOutDelay(Duration delay) {
        optOuts().record(delay);
    }

    private static Timer optOuts() {
        return Timer.builder("mautic_sync_opt_out_delay")
                .description("From a change in the CRM, such as an opt-out, until Mautic knew it.")
                .serviceLevelObjectives(DELAYS)
                .register(Metrics.globalRegistry);
    }

    /** From the arrival of a delivery until its events were in the CRM. */
    public static void deliveryDelay(Duration delay) {
        deliveryDelays().record(delay);
    }

    private static Timer deliveryDelays() {
        return Timer.builder("mautic_sync_delivery_delay")
                .description("From the arrival of a delivery until its events were in the CRM.")
                .serviceLevelObjectives(DELAYS)
                .register(Metrics.globalRegistry);
    }
}
