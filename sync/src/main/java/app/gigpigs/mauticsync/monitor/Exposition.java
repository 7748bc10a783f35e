package app.gigpigs.mauticsync.monitor;

import app.gigpigs.mauticsync.metrics.Meters;
import app.gigpigs.mauticsync.status.InboundStatus;
import app.gigpigs.mauticsync.status.StatusReport;
import app.gigpigs.mauticsync.status.StatusRules;
import app.gigpigs.mauticsync.status.WebhookHealth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The metrics as Prometheus reads them: what was counted in this process since its start, and how everything is by the
 * database, which every process tells alike. Thread-safe.
 */
public final class Exposition implements AutoCloseable {
    /** The database is asked at most so often, however many ask for the metrics. */
    private static final Duration REUSED = Duration.ofSeconds(10);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<Reading> read;
    private final StatusRules rules;
    private final InstantSource clock;
    private final MultiGauge customers;
    private final MultiGauge statements;
    /** Null while the database does not answer: an old number would look as if all were well. */
    private volatile @Nullable Reading reading;

    private @Nullable Instant readAt;

    /**
     * Begins to count.
     *
     * @param read asks the database
     */
    public Exposition(Supplier<Reading> read, StatusRules rules, InstantSource clock) {
        this.read = read;
        this.rules = rules;
        this.clock = clock;
        Metrics.addRegistry(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        this.customers = MultiGauge.builder("mautic_sync_customers")
                .description("Customers by state.")
                .register(registry);
        this.statements = MultiGauge.builder("mautic_sync_consent_statements")
                .description("Statements of the consent ledger that have not ended, by reason.")
                .register(registry);
        general();
        outbound();
        inbound();
        Meters.begin();
    }

    /** What the database knows. */
    public record Reading(StatusReport report, Map<String, Integer> statements) {}

    private void general() {
        Gauge.builder("mautic_sync_database_up", this, one -> one.reading == null ? 0 : 1)
                .description("Whether the state could be read from the database.")
                .register(registry);
        gauge(
                "problems",
                "How many problems /status names.",
                report -> rules.problems(report, clock.instant()).size());
    }

    private void outbound() {
        gauge(
                "last_good_run_timestamp_seconds",
                "When the last good run ended.",
                report -> seconds(report.runs().lastGood()));
        gauge(
                "failures_in_row",
                "Runs since then that did not go through.",
                report -> report.runs().failuresInRow());
        gauge(
                "paused",
                "Whether runs are paused.",
                report -> flag(report.runs().paused().isPresent()));
        gauge(
                "customers_with_warnings",
                "Synced without some values.",
                report -> report.customers().withWarnings());
        gauge(
                "opt_outs_waiting",
                "Changes in the CRM that wait to be looked at in Mautic.",
                report -> report.outbox().waiting());
        gauge(
                "opt_outs_waiting_since_timestamp_seconds",
                "When the oldest of them came; 0 for none.",
                report -> report.outbox().since().map(Instant::getEpochSecond).orElse(0L));
    }

    private void inbound() {
        gauge(
                "caught_up_timestamp_seconds",
                "When Mautic's tables were last read to their end.",
                report -> seconds(tables(report).caughtUp()));
        gauge(
                "deliveries_due_since_timestamp_seconds",
                "Since when a delivery waits; 0 for none.",
                report -> tables(report).dueSince().map(Instant::getEpochSecond).orElse(0L));
        gauge(
                "last_delivery_timestamp_seconds",
                "When the last delivery was accepted.",
                report -> seconds(report.inbound().lastDelivery()));
        gauge(
                "deliveries_dead",
                "Deliveries that wait for a person.",
                report -> tables(report).dead());
        gauge(
                "changes_rejected",
                "Changes that the CRM rejects.",
                report -> tables(report).rejected());
        gauge(
                "webhook_healthy",
                "Whether Mautic's webhook delivers; unknown before the first look.",
                report -> report.inbound()
                        .webhook()
                        .map(WebhookHealth::healthy)
                        .map(healthy -> healthy ? 1.0 : 0.0)
                        .orElse(Double.NaN));
    }

    private static InboundStatus tables(StatusReport report) {
        return report.inbound().tables();
    }

    private static double flag(boolean value) {
        return value ? 1 : 0;
    }

    private static double seconds(Optional<Instant> time) {
        return time.map(at -> (double) at.getEpochSecond()).orElse(Double.NaN);
    }

    private void gauge(String name, String description, ToDoubleFunction<StatusReport> value) {
        Gauge.builder("mautic_sync_" + name, this, one -> {
                    Reading last = one.reading;
                    return last == null ? Double.NaN : value.applyAsDouble(last.report());
                })
                .description(description)
                .register(registry);
    }

    /** In the text format of Prometheus. */
    public synchronized String scrape() {
        Instant now = clock.instant();
        if (readAt == null || !now.isBefore(readAt.plus(REUSED))) {
            refresh();
            readAt = now;
        }
        return registry.scrape();
    }

    private void refresh() {
        try {
            Reading now = read.get();
            reading = now;
            customers.register(rows("state", now.report().customers().states()), true);
            statements.register(rows("reason", now.statements()), true);
        } catch (JdbiException e) {
            reading = null;
            customers.register(List.of(), true);
            statements.register(List.of(), true);
        }
    }

    private static List<MultiGauge.Row<?>> rows(String label, Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .<MultiGauge.Row<?>>map(one -> MultiGauge.Row.of(Tags.of(label, one.getKey()), one.getValue()))
                .toList();
    }

    @Override
    public void close() {
        Metrics.removeRegistry(registry);
        registry.close();
    }
}
