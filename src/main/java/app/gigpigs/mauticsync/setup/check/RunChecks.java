package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunHistory;
import app.gigpigs.mauticsync.status.CustomerCounts;
import app.gigpigs.mauticsync.status.InboundStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** What the runs so far, the CRM's signals and the inbox tell. */
public final class RunChecks {
    private static final Duration LONG_WAIT = Duration.ofMinutes(10);
    private static final Duration SILENCE = Duration.ofHours(1);
    /** So many deliveries of one event each are not chance. */
    private static final int TELLING = 50;

    private final Jdbi jdbi;
    private final InstantSource clock;
    private final Duration staleAfter;

    public RunChecks(Jdbi jdbi, InstantSource clock, Duration staleAfter) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.staleAfter = staleAfter;
    }

    /** The last runs, and whether they may go on. */
    public List<Finding> runs() {
        List<Finding> findings = new ArrayList<>();
        new PauseSwitch(jdbi)
                .current(Lease.OUTBOUND)
                .ifPresent(paused ->
                        findings.add(Finding.warning("runs", "are " + paused.message(), "./mautic-sync resume")));
        RunHistory history = new RunHistory(jdbi);
        history.last(1).stream()
                .findFirst()
                .filter(run -> List.of("failed", "limit_exceeded", "died")
                        .contains(run.ending().status()))
                .ifPresent(run -> findings.add(Finding.problem(
                        "runs",
                        "the last one ended " + run.ending().status()
                                + Optional.ofNullable(run.ending().error())
                                        .map(error ->
                                                ": " + error.lines().findFirst().orElse(""))
                                        .orElse(""),
                        "./mautic-sync status, then ./mautic-sync sync")));
        Optional<Instant> lastGood = history.lastGood();
        lastGood.filter(at -> age(at).compareTo(staleAfter) > 0)
                .ifPresent(at -> findings.add(Finding.warning(
                        "runs",
                        "the last good one is " + message(age(at)) + " old (SYNC_STALE_AFTER allows "
                                + message(staleAfter) + ")",
                        "is serve running? ./mautic-sync status")));
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    "runs",
                    lastGood.map(at -> "the last good one ended " + message(age(at)) + " ago")
                            .orElse("none yet; ./mautic-sync plan shows what the first would send")));
        }
        return findings;
    }

    /** Customers that Mautic does not take, or takes in part only. */
    public List<Finding> rejected() {
        CustomerCounts counts = CustomerCounts.of(jdbi);
        List<Finding> findings = new ArrayList<>();
        int rejected = counts.states().getOrDefault("rejected", 0);
        if (rejected > 0) {
            findings.add(Finding.warning(
                    "refused customers", rejected + " are refused by Mautic", "./mautic-sync failed says why"));
        }
        if (counts.withWarnings() > 0) {
            findings.add(Finding.warning(
                    "incomplete customers",
                    counts.withWarnings()
                            + " were sent without some value that Mautic would have refused (too long for its field, an unknown country, no choice of a list)",
                    "select warnings, count(*) from public.mautic_sync_status where warnings <> '{}' group by 1"));
        }
        return findings.isEmpty() ? List.of(Finding.ok("refused customers", "none")) : findings;
    }

    /** Whether the CRM tells when its data is fresh, and whether somebody listens. */
    public Finding refreshSignal() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select max(created_at) filter (where kind = 'refresh') as latest,
                               min(created_at) filter (where state = 'pending') as waiting
                          from mautic_sync.refresh_signal
                        """)
                .map((row, context) -> {
                    Optional<Instant> latest = instant(row.getObject("latest", OffsetDateTime.class));
                    Optional<Instant> waiting = instant(row.getObject("waiting", OffsetDateTime.class));
                    if (waiting.isPresent() && age(waiting.get()).compareTo(LONG_WAIT) > 0) {
                        return Finding.problem(
                                "refresh signal",
                                "one waits for a run since " + message(age(waiting.get())),
                                "start ./mautic-sync serve, or look why its runs do not end");
                    }
                    if (latest.isPresent() && age(latest.get()).compareTo(SILENCE) > 0) {
                        return Finding.warning(
                                "refresh signal",
                                "the CRM's last one is " + message(age(latest.get()))
                                        + " old; runs follow SYNC_SCHEDULE meanwhile",
                                "look at the CRM's refresh job (select * from cron.job_run_details)");
                    }
                    return Finding.ok(
                            "refresh signal",
                            latest.map(at -> "the last one came " + message(age(at)) + " ago")
                                    .orElse("not used; runs follow SYNC_SCHEDULE"));
                })
                .one());
    }

    /** Deliveries that wait or could not be read. */
    public List<Finding> inbox() {
        InboundStatus state = InboundStatus.of(jdbi);
        List<Finding> findings = new ArrayList<>();
        if (state.dead() > 0) {
            findings.add(Finding.warning(
                    "inbox",
                    state.dead() + " deliveries are parked, their events not applied",
                    "./mautic-sync inbox says why, ./mautic-sync replay tries them again"));
        }
        state.dueSince()
                .filter(since -> age(since).compareTo(LONG_WAIT) > 0)
                .ifPresent(since -> findings.add(Finding.problem(
                        "inbox", "a delivery waits since " + message(age(since)), "start ./mautic-sync serve")));
        if (state.rejected() > 0) {
            findings.add(Finding.problem(
                    "inbox",
                    state.rejected() + " unsubscribes or bounces are known, and the CRM refuses to take them",
                    "mend what \"changes\" names, or the rows' constraint; serve tries them again every minute,"
                            + " ./mautic-sync catch-up at once"));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok("inbox", "nothing waits"));
        }
        return findings;
    }

    /** Whether Mautic queues its webhooks, as far as its deliveries show. */
    public Finding queueMode() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select count(*) filter (where state = 'processed') as processed,
                               count(*) filter (where events_new + events_known + events_ignored > 1) as several
                          from mautic_sync.inbox
                        """)
                .map((row, context) -> queueMode(row.getLong("processed"), row.getLong("several")))
                .one());
    }

    /** Whether what webhooks lose is still read in Mautic's tables. */
    public Finding catchUp() {
        Optional<Instant> last = InboundStatus.of(jdbi).caughtUp();
        return last.filter(at -> age(at).compareTo(staleAfter) > 0)
                .map(at -> Finding.warning(
                        "catch-up",
                        "Mautic's tables were last read to the end " + message(age(at))
                                + " ago (SYNC_STALE_AFTER allows " + message(staleAfter) + ")",
                        "is serve running? ./mautic-sync catch-up says what keeps it"))
                .orElseGet(
                        () -> Finding.ok(
                                "catch-up",
                                last.map(at -> "Mautic's tables were read to the end " + message(age(at)) + " ago")
                                        .orElse(
                                                "Mautic's tables were not read to the end yet; serve and ./mautic-sync catch-up do it")));
    }

    /** The API does not tell the mode; only in queue mode does one delivery carry several events. */
    private static Finding queueMode(long deliveries, long several) {
        if (several > 0) {
            return Finding.ok("queue mode", "Mautic queues its webhooks: deliveries with several events came");
        }
        return deliveries < TELLING
                ? Finding.ok("queue mode", "not known yet; it shows when deliveries come")
                : Finding.warning(
                        "queue mode",
                        "all " + deliveries
                                + " deliveries had one event: Mautic seems to send at once, inside our calls and its visitors' clicks, and loses what fails",
                        "Mautic: Settings > Configuration > Webhook Settings > queue mode, and mautic:webhooks:process in its cron");
    }

    /** When the last delivery came. */
    public Optional<Instant> lastDelivery() {
        return jdbi.withHandle(handle -> handle.createQuery("select max(received_at) as at from mautic_sync.inbox")
                .map((row, context) -> instant(row.getObject("at", OffsetDateTime.class)))
                .one());
    }

    private Duration age(Instant time) {
        return Duration.between(time, clock.instant());
    }

    static String message(Duration time) {
        return time.toMinutes() < 120
                ? time.toMinutes() + " minutes"
                : time.toHours() < 72 ? time.toHours() + " hours" : time.toDays() + " days";
    }

    private static Optional<Instant> instant(@org.jspecify.annotations.Nullable OffsetDateTime time) {
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }
}
