package app.gigpigs.mauticsync.monitor;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.monitor.AlertSender.AlertException;
import app.gigpigs.mauticsync.status.StatusReport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Tells somebody of each problem when it begins and when it is over. What was told is in the database; while that does not
 * answer, each process tells it by itself.
 */
public final class Alerts {
    /** A restart of the database is not worth an alert. */
    private static final int LOOKS_WITHOUT_DATABASE = 3;

    private static final Set<ErrorCode> STALE = Set.of(ErrorCode.OUTBOUND_STALE, ErrorCode.INBOUND_STALE);

    private final AlertTable table;
    private final AlertRules rules;
    private final Read read;
    private final AlertSender sender;
    private final InstantSource clock;
    private final Instant started;
    private int looksWithoutDatabase;
    private @Nullable Alert withoutDatabase;

    /** Looks at nothing yet. */
    public Alerts(Jdbi jdbi, AlertRules rules, Read read, AlertSender sender, InstantSource clock) {
        this.table = new AlertTable(jdbi);
        this.rules = rules;
        this.read = read;
        this.sender = sender;
        this.clock = clock;
        this.started = clock.instant();
    }

    /** How the state is read. */
    public record Read(Supplier<StatusReport> report, Supplier<Signals> signals) {}

    /**
     * Looks once; to be called every minute, in every process.
     *
     * @throws AlertException when somebody could not be told; the next look tries again
     */
    public void look() {
        List<Failure> alerts;
        try {
            alerts = rules.alerts(read.report().get(), read.signals().get(), clock.instant()).stream()
                    .filter(alert -> !STALE.contains(alert.code()) || old())
                    .toList();
            table.update(alerts);
        } catch (JdbiException e) {
            databaseFails(Failure.of(e));
            return;
        }
        databaseAnswers();
        tell();
        if (alerts.isEmpty()) {
            sender.beat(clock.instant());
        }
    }

    /** What cannot be told does not keep the others from being told. */
    private void tell() {
        Optional<AlertException> failed = Optional.empty();
        for (Alert alert : table.take()) {
            try {
                sender.send(alert);
                table.told(alert);
            } catch (AlertException e) {
                table.failed(alert);
                failed = Optional.of(e);
            }
        }
        failed.ifPresent(e -> {
            throw e;
        });
    }

    /** A process that has just started has its first run still before it. */
    private boolean old() {
        return clock.instant().isAfter(started.plus(rules.status().staleAfter()));
    }

    private void databaseFails(Failure failure) {
        if (++looksWithoutDatabase >= LOOKS_WITHOUT_DATABASE && withoutDatabase == null) {
            Alert alert = new Alert(Alert.Change.BEGAN, failure, clock.instant());
            sender.send(alert);
            withoutDatabase = alert;
        }
    }

    private void databaseAnswers() {
        looksWithoutDatabase = 0;
        Alert begun = withoutDatabase;
        if (begun != null) {
            sender.send(new Alert(Alert.Change.ENDED, begun.failure(), begun.since()));
            withoutDatabase = null;
        }
    }
}
