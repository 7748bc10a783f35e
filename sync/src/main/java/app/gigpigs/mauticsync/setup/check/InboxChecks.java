package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.status.InboundStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Whether webhook deliveries are processed, and whether catch-up reads what they miss. */
public final class InboxChecks {
    private static final Duration LONG_WAIT = Duration.ofMinutes(10);
    /** With this many deliveries of one event each, Mautic does not queue its webhooks. */
    private static final int ENOUGH_DELIVERIES = 50;

    private final Jdbi jdbi;
    private final InstantSource clock;
    private final Duration staleAfter;

    public InboxChecks(Jdbi jdbi, InstantSource clock, Duration staleAfter) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.staleAfter = staleAfter;
    }

    /** Deliveries that wait or could not be read. */
    public List<Finding> inbox() {
        InboundStatus state = InboundStatus.of(jdbi);
        List<Finding> findings = new ArrayList<>();
        if (state.dead() > 0) {
            findings.add(Finding.warning(
                    "inbox",
                    state.dead()
                            + " deliveries are dead: they could not be processed, and their events are not applied",
                    "./mautic-sync inbox shows the reasons, ./mautic-sync replay processes them again"));
        }
        state.dueSince()
                .map(since -> Age.of(since, clock))
                .filter(age -> age.exceeds(LONG_WAIT))
                .ifPresent(age -> findings.add(Finding.problem(
                        "inbox", "a delivery has been waiting for " + age, "start ./mautic-sync serve")));
        if (state.rejected() > 0) {
            findings.add(Finding.problem(
                    "inbox",
                    "the CRM rejects " + state.rejected() + " unsubscribes or bounces that are known here",
                    "fix what \"changes\" names, or the constraint on those rows; serve tries them again every minute,"
                            + " ./mautic-sync catch-up at once"));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok("inbox", "no delivery is waiting"));
        }
        return findings;
    }

    /** Whether Mautic queues its webhooks, as far as its deliveries show. */
    public Finding queueMode() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select count(*) filter (where state = 'processed') as processed,
                               count(*) filter (where events_new + events_known + events_ignored > 1) as several
                          from mautic_sync.inbox where source = 'mautic'
                        """)
                .map((row, context) -> queueMode(row.getLong("processed"), row.getLong("several")))
                .one());
    }

    /** The API does not show the mode. Only in queue mode does one delivery carry several events. */
    private static Finding queueMode(long deliveries, long several) {
        if (several > 0) {
            return Finding.ok("queue mode", "Mautic queues its webhooks: deliveries with several events arrived");
        }
        return deliveries < ENOUGH_DELIVERIES
                ? Finding.ok("queue mode", "not known yet; deliveries will show it")
                : Finding.warning(
                        "queue mode",
                        "all " + deliveries
                                + " deliveries had one event: Mautic seems to send at once, inside our calls and its visitors' clicks, and loses deliveries that fail",
                        "Mautic: Settings > Configuration > Webhook Settings > queue mode, and mautic:webhooks:process in its cron");
    }

    /** Whether the events that webhooks lose are still read from Mautic's tables. */
    public Finding catchUp() {
        Optional<Age> last = InboundStatus.of(jdbi).caughtUp().map(at -> Age.of(at, clock));
        return last.filter(age -> age.exceeds(staleAfter))
                .map(age -> Finding.warning(
                        "catch-up",
                        "Mautic's tables were last read to the end " + age + " ago (SYNC_STALE_AFTER allows "
                                + new Age(staleAfter) + ")",
                        "is serve running? ./mautic-sync catch-up shows the reason"))
                .orElseGet(
                        () -> Finding.ok(
                                "catch-up",
                                last.map(age -> "Mautic's tables were read to the end " + age + " ago")
                                        .orElse(
                                                "Mautic's tables were not read to the end yet; serve and ./mautic-sync catch-up do it")));
    }

    /** When the last delivery of Mautic came. */
    public static Optional<Instant> lastDelivery(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery(
                                "select max(received_at) as at from mautic_sync.inbox where source = 'mautic'")
                        .map((row, context) -> Optional.ofNullable(row.getObject("at", OffsetDateTime.class)))
                        .one())
                .map(OffsetDateTime::toInstant);
    }
}
