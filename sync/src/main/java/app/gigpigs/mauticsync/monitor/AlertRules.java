package app.gigpigs.mauticsync.monitor;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.status.StatusReport;
import app.gigpigs.mauticsync.status.StatusRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What somebody is told: the problems of the state, and what is worth a look. Pure. */
public record AlertRules(StatusRules status, AlertSettings.Thresholds thresholds) {
    /** Fewer rejected customers are no sign of anything. */
    private static final int FEWEST_REJECTED = 10;
    /** Fewer events may just have come late. */
    private static final int FEWEST_LOST = 10;

    private static final long GIGABYTE = 1_000_000_000;

    /** One failure a code. */
    List<Failure> alerts(StatusReport report, Signals signals, Instant now) {
        List<Failure> all = new ArrayList<>(status.problems(report, now));
        rejected(report, all);
        if (signals.spikes() > 0) {
            all.add(new Failure(
                    ErrorCode.UNSUBSCRIBE_SPIKE,
                    signals.spikes() + " unsubscribe spikes within a day; see ./mautic-sync consent"));
        }
        if (signals.lost() >= FEWEST_LOST) {
            all.add(new Failure(
                    ErrorCode.WEBHOOK_LOSES,
                    "within an hour catch-up found " + signals.lost() + " events that no webhook had brought"));
        }
        long limit = thresholds.databaseGigabytes() * GIGABYTE;
        if (limit > 0 && signals.databaseBytes() >= limit / 10 * 9) {
            all.add(new Failure(
                    ErrorCode.DATABASE_ALMOST_FULL,
                    "the database has " + signals.databaseBytes() / (GIGABYTE / 1000) + " MB of "
                            + thresholds.databaseGigabytes() + " GB"));
        }
        return oneEach(all);
    }

    private void rejected(StatusReport report, List<Failure> all) {
        Map<String, Integer> states = report.customers().states();
        int rejected = states.getOrDefault("rejected", 0);
        int sent = rejected + states.getOrDefault("synced", 0);
        if (rejected >= FEWEST_REJECTED && rejected * 100L >= (long) sent * thresholds.rejectedPercent()) {
            all.add(new Failure(
                    ErrorCode.MANY_REJECTED,
                    "Mautic rejects " + rejected + " of " + sent + " customers; see ./mautic-sync failed"));
        }
    }

    private static List<Failure> oneEach(List<Failure> all) {
        Map<ErrorCode, Failure> byCode = new LinkedHashMap<>();
        all.forEach(one ->
                byCode.merge(one.code(), one, (a, b) -> new Failure(a.code(), a.message() + "; " + b.message())));
        return List.copyOf(byCode.values());
    }
}
