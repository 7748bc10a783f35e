package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.inbound.engagement.CrmAccess;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier;
import app.gigpigs.mauticsync.inbound.table.DeviceOpens;
import app.gigpigs.mauticsync.inbound.table.DoNotContactRows;
import app.gigpigs.mauticsync.inbound.table.FailedEmails;
import app.gigpigs.mauticsync.inbound.table.OpenedEmails;
import app.gigpigs.mauticsync.inbound.table.PageHits;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.instance.WrongInstanceException;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.RunLog;
import app.gigpigs.mauticsync.runs.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads in Mautic's own tables what its webhooks may have lost, in the order of importance: who must not be contacted,
 * which mails came back, clicks, opens. The keys are those of the webhooks, so that nothing counts twice.
 *
 * <p>Each page is read without a transaction and applied in one, with the cursor: whoever comes after a crash goes on
 * behind the last page. One process at a time reads, by a lease of its own.
 */
public final class CatchUp {
    /** The lease's name, and the kind of its rows in the run log. */
    public static final String KIND = Lease.CATCH_UP;

    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);
    private static final String ENTRIES = "lead_donotcontact";

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final CrmAccess crm;
    private final EventApplier applier;
    private final CatchUpSettings settings;
    private final InstantSource clock;

    /** Reads nothing yet; may be run any number of times. */
    public CatchUp(Jdbi jdbi, Mautic mautic, CrmAccess crm, CatchUpSettings settings, InstantSource clock) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.crm = crm;
        this.applier = new EventApplier(crm, settings.inbound().bouncesUntilInvalid());
        this.settings = settings;
        this.clock = clock;
    }

    /** How much is read. */
    public enum Extent {
        /** What is new, and what is due to be swept. */
        DUE,
        /** Every table from its beginning. */
        EVERYTHING
    }

    /** Runs once, to the end of what is to be read. */
    public CatchUpResult run(Extent extent, String triggeredBy) {
        return run(extent, triggeredBy, () -> false);
    }

    /**
     * Runs once.
     *
     * @param triggeredBy command or schedule; what a schedule finds nothing with is not noted in the run log
     * @param stopping asked between pages; the next run goes on where this one was told to stop
     */
    public CatchUpResult run(Extent extent, String triggeredBy, BooleanSupplier stopping) {
        return leased(
                (reader, count) -> {
                    if (extent == Extent.EVERYTHING) {
                        reader.restart();
                    }
                    all(reader, count);
                },
                triggeredBy,
                stopping);
    }

    private void all(TableReader reader, CatchUpReport.Count count) {
        List<String> rejected = new ArrayList<>();
        attempt(rejected, () -> doNotContact(reader));
        attempt(
                rejected,
                () -> reader.compare(ENTRIES + ".lost.sweep", new DoNotContactAudit(jdbi, crm, mautic.stats(), count)));
        attempt(rejected, () -> bounces(reader));
        attempt(rejected, () -> clicks(reader));
        attempt(rejected, () -> opens(reader));
        if (!rejected.isEmpty()) {
            throw new RejectedCallException(String.join("; ", rejected));
        }
    }

    /** A table that Mautic does not show, or an event that the CRM does not take, must not keep the others from being read. */
    private static void attempt(List<String> rejected, Runnable reading) {
        try {
            reading.run();
        } catch (MauticUnavailable e) {
            throw e;
        } catch (MauticException e) {
            rejected.add(String.valueOf(e.getMessage()));
        } catch (JdbiException e) {
            String state = RowRejection.of(e).orElseThrow(() -> e);
            // Postgres quotes values in its messages, and values are personal: the code says enough.
            rejected.add("the CRM refuses an event, SQLSTATE " + state
                    + " (a trigger or a constraint of public.customer_email_engagement?)");
        }
    }

    private static void doNotContact(TableReader reader) {
        reader.follow(ENTRIES, new DoNotContactRows());
        // A row's reason may change under its id.
        reader.sweep(ENTRIES + ".sweep", new DoNotContactRows());
    }

    private void bounces(TableReader reader) {
        reader.whole(FailedEmails.sentSince(clock.instant().minus(settings.mailWindow())));
        new BounceLookups(jdbi).resolve(reader);
        reader.sweep("email_stats.failed.sweep", new FailedEmails());
    }

    private static void clicks(TableReader reader) {
        reader.follow("page_hits", new PageHits());
    }

    private void opens(TableReader reader) {
        // Opens of contacts that are gone stand in email_stats alone.
        Instant sent = clock.instant().minus(settings.mailWindow());
        reader.lately("email_stats.opened", "last_opened", since -> OpenedEmails.since(since, sent));
        reader.sweep("email_stats.opened.sweep", new OpenedEmails());
        // Last, because each row that is new by now takes a second look into email_stats.
        reader.follow("email_stats_devices", new DeviceOpens(mautic.stats()));
    }

    /**
     * Before the first push to a Mautic that was there before: who said no there must be known in the CRM first.
     *
     * @return why nobody may be pushed yet; empty when all is known
     * @throws MauticException when Mautic does not tell
     */
    public Optional<String> beforeFirstPush() {
        if (Cursors.completed(jdbi, ENTRIES)) {
            return Optional.empty();
        }
        CatchUpResult result =
                leased((reader, count) -> reader.follow(ENTRIES, new DoNotContactRows()), "first push", () -> false);
        if (result instanceof CatchUpResult.Failed failed) {
            return Optional.of("who must not be contacted could not be read in Mautic, and nobody is pushed before: "
                    + failed.message());
        }
        return Cursors.completed(jdbi, ENTRIES)
                ? Optional.empty()
                : Optional.of(
                        "another process is reading who must not be contacted in Mautic; nobody is pushed before that is known");
    }

    private CatchUpResult leased(
            BiConsumer<TableReader, CatchUpReport.Count> work, String triggeredBy, BooleanSupplier stopping) {
        Optional<Lease> acquired = Lease.acquire(jdbi, KIND, Sleeper.onThread());
        if (acquired.isEmpty()) {
            return new CatchUpResult.AlreadyRunning();
        }
        Instant started = clock.instant();
        CatchUpReport.Count count = new CatchUpReport.Count();
        try (Lease lease = acquired.get()) {
            PageApplier pages = new PageApplier(jdbi, applier, new ContactDirectory(mautic), count);
            TableReader reader = new TableReader(
                    mautic.stats(), pages, new Cursors(jdbi, lease), new TableReader.Limits(settings, stopping), clock);
            CatchUpResult result = attempted(work, reader, count);
            note(result, Duration.between(started, clock.instant()), triggeredBy);
            return result;
        }
    }

    private CatchUpResult attempted(
            BiConsumer<TableReader, CatchUpReport.Count> work, TableReader reader, CatchUpReport.Count count) {
        try {
            new InstanceCheck(jdbi, mautic).check();
            work.accept(reader, count);
            return new CatchUpResult.Done(count.report(jdbi, reader.unfinished()));
        } catch (MauticException | RejectedCallException | WrongInstanceException e) {
            return new CatchUpResult.Failed(count.report(jdbi, reader.unfinished()), String.valueOf(e.getMessage()));
        }
    }

    private void note(CatchUpResult result, Duration took, String triggeredBy) {
        if (result instanceof CatchUpResult.Failed failed) {
            log.warn("catching up stopped: {}", failed.message());
            new RunLog(jdbi)
                    .caughtUp(
                            took,
                            triggeredBy,
                            RunLog.Status.FAILED,
                            failed.report().json(),
                            failed.message());
        } else if (result instanceof CatchUpResult.Done done) {
            tell(done.report());
            if (done.report().foundSomething() || !triggeredBy.equals("schedule")) {
                new RunLog(jdbi)
                        .caughtUp(
                                took,
                                triggeredBy,
                                RunLog.Status.DONE,
                                done.report().json(),
                                null);
            }
        }
    }

    private static void tell(CatchUpReport report) {
        if (report.missing() > 0) {
            log.error("caught up, but events are missing: {}", report.message());
        } else if (report.missingDoNotContact() > 0) {
            log.warn("caught up: {}", report.message());
        } else if (report.foundSomething()) {
            log.info("caught up: {}", report.message());
        }
    }

    /** One table or more could not be read or applied; the others were. */
    private static final class RejectedCallException extends RuntimeException {
        RejectedCallException(String message) {
            super(message);
        }
    }
}
