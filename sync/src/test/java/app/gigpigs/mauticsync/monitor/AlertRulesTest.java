package app.gigpigs.mauticsync.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.status.CustomerCounts;
import app.gigpigs.mauticsync.status.InboundReport;
import app.gigpigs.mauticsync.status.InboundStatus;
import app.gigpigs.mauticsync.status.OutboxStatus;
import app.gigpigs.mauticsync.status.RunsStatus;
import app.gigpigs.mauticsync.status.StatusReport;
import app.gigpigs.mauticsync.status.StatusRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertRulesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final long GIGABYTE = 1_000_000_000;

    private final AlertRules rules =
            new AlertRules(new StatusRules(Duration.ofHours(1), 3), new AlertSettings.Thresholds(5, 8));

    @ParameterizedTest
    @CsvSource({
        "9, 0, false",
        "10, 200, false",
        "10, 190, true",
        "10, 0, true",
        "500, 17640, false",
        "1000, 17640, true"
    })
    void many_rejected_customers_are_told_by_their_share(int rejected, int synced, boolean told) {
        assertThat(codes(rejected, synced, new Signals(0, 0, 0)).contains(ErrorCode.MANY_REJECTED))
                .isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, ''",
        "1, 0, 0, UNSUBSCRIBE_SPIKE",
        "0, 9, 0, ''",
        "0, 10, 0, WEBHOOK_LOSES",
        "0, 0, 7100, ''",
        "0, 0, 7200, DATABASE_ALMOST_FULL"
    })
    void the_other_signals_have_their_thresholds(int spikes, long lost, long megabytes, String code) {
        List<ErrorCode> codes = codes(0, 100, new Signals(spikes, lost, megabytes * GIGABYTE / 1000));

        assertThat(codes).isEqualTo(code.isEmpty() ? List.of() : List.of(ErrorCode.valueOf(code)));
    }

    private List<ErrorCode> codes(int rejected, int synced, Signals signals) {
        StatusReport report = new StatusReport(
                new RunsStatus(Optional.of(NOW), Optional.empty(), 0, Optional.empty(), Optional.empty()),
                new CustomerCounts(Map.of("rejected", rejected, "synced", synced), 0, 0, 0),
                new InboundReport(
                        new InboundStatus(Optional.of(NOW), Optional.empty(), 0, 0),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new OutboxStatus(List.of(), 0, Optional.empty(), false),
                List.of());
        return rules.alerts(report, signals, NOW).stream().map(Failure::code).toList();
    }
}
