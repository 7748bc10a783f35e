package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.delivery.OptOutDelivery;
import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.failure.FailureException;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier;
import app.gigpigs.mauticsync.inbound.table.DeletedContacts;
import app.gigpigs.mauticsync.inbound.table.DeviceOpens;
import app.gigpigs.mauticsync.inbound.table.DoNotContactRows;
import app.gigpigs.mauticsync.inbound.table.FailedEmails;
import app.gigpigs.mauticsync.inbound.table.OpenedEmails;
import app.gigpigs.mauticsync.inbound.table.PageHits;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.instance.WrongInstanceException;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.mautic.MauticRejected;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal;
import app.gigpigs.mauticsync.runs.StopSignal.RunStoppedException;
import app.gigpigs.mauticsync.runs.Waits;
import app.gigpigs.mauticsync.runs.WorkLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Mautic's own tables for events that its webhooks may have lost, the most important ones first: do-not-contact
 * entries, bounces, clicks, opens. The events have the keys of the webhooks, so that none counts twice.
 *
 * <p>Each page is read without a transaction and applied in one, together with the cursor. So the next run continues after
 * the last page, even after a crash. One process at a time reads; a lease makes sure of that.
 */
public final class CatchUp {
    /** The lease's name, and the kind of its rows in the run log. */
    public static final String KIND = Lease.CATCH_UP;

    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);
    private static final String ENTRIES = "lead_donotcontact";
    /** One contact is about 10 kB of the response. */
    private static final int ADDRESSES = 200;
    /** A {@code serve} that works has read the entries more recently. */
    private static final Duration LONG_AGO = Duration.ofHours(1);

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
        this.applier = new EventApplier(crm);
        this.settings = settings;
        this.clock = clock;
    }

    /** How much is read. */
    public enum Extent {
        /** New rows, and the tables whose sweep is due. */
        DUE,
        /** Every table from its beginning. */
        EVERYTHING
    }

    /** Runs once, until everything is read. */
    public CatchUpResult run(Extent extent, String triggeredBy) {
        return run(extent, triggeredBy, StopSignal.NEVER);
    }

    /**
     * Runs once.
     *
     * @param triggeredBy command or schedule; a scheduled run that finds nothing is not in the run log
     * @param stop checked between pages; the next run continues where this one stopped
     */
    public CatchUpResult run(Extent extent, String triggeredBy, StopSignal stop) {
        return leased(
                (reader, counts) -> {
                    if (extent == Extent.EVERYTHING) {
                        log.info("reading all of Mautic's tables of events from their beginning");
                        reader.restart();
                    }
                    readAll(reader, counts);
                },
                triggeredBy,
                stop);
    }

    private void readAll(TableReader reader, CatchUpCounts counts) {
        List<Failure> rejected = new ArrayList<>();
        attempt(rejected, () -> doNotContact(reader));
        attempt(rejected, () -> deletedContacts(reader));
        attempt(rejected, () -> missingEntries(reader, counts));
        attempt(rejected, () -> bounces(reader));
        attempt(rejected, () -> clicks(reader));
        attempt(rejected, () -> opens(reader));
        if (!rejected.isEmpty()) {
            throw new RejectedCallException(
                    rejected.get(0).code(),
                    rejected.stream().map(Failure::message).collect(Collectors.joining("; ")));
        }
    }

    /** A table that Mautic rejects, or an event that the CRM rejects, must not stop the reading of the other tables. */
    private static void attempt(List<Failure> rejected, Runnable reading) {
        try {
            reading.run();
        } catch (MauticUnavailable e) {
            throw e;
        } catch (MauticException e) {
            rejected.add(Failure.of(e));
        } catch (JdbiException e) {
            String state = RowRejection.of(e).orElseThrow(() -> e);
            // Not Postgres' message: it quotes values, and values are personal data.
            rejected.add(new Failure(
                    ErrorCode.CRM_REJECTS_EVENT,
                    "the CRM rejects an event, SQLSTATE " + state
                            + " (a trigger or a constraint of public.customer_email_engagement?)"));
        }
    }

    private static void doNotContact(TableReader reader) {
        reader.follow(ENTRIES, new DoNotContactRows());
        // The reason of a row may change while its id stays the same.
        reader.sweep(ENTRIES + ".sweep", new DoNotContactRows());
    }

    /** Contacts that were deleted or merged; not every Mautic shows its log of them to every user. */
    private static void deletedContacts(TableReader reader) {
        try {
            reader.follow("audit_log", new DeletedContacts());
        } catch (MauticRejected e) {
            log.debug("deleted contacts are known from webhooks alone: {}", e.getMessage());
        }
    }

    private void missingEntries(TableReader reader, CatchUpCounts counts) {
        OptOutDelivery delivery = new OptOutDelivery(jdbi, mautic, crm.names(), crm.rule(), crm.erased());
        DoNotContactAudit audit = new DoNotContactAudit(jdbi, crm, mautic.stats(), delivery);
        reader.ours(
                ENTRIES + ".lost.sweep",
                (after, advance) -> audit.after(after, settings.page()).map(range -> {
                    counts.missingDoNotContact(audit.putBack(range, advance.apply(range.upTo())));
                    return range.upTo();
                }));
        StatedAddresses addresses = new StatedAddresses(jdbi, delivery);
        reader.ours(
                "consent_ledger.sweep",
                (after, advance) -> addresses.after(after, ADDRESSES).map(page -> {
                    counts.missingDoNotContact(addresses.deliver(page, advance.apply(page.upTo())));
                    return page.upTo();
                }));
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
        // The opens of deleted contacts are in email_stats alone.
        Instant sent = clock.instant().minus(settings.mailWindow());
        reader.changed("email_stats.opened", "last_opened", since -> OpenedEmails.since(since, sent));
        reader.sweep("email_stats.opened.sweep", new OpenedEmails());
        // Last, because each row that is still new needs a second look-up in email_stats.
        reader.follow("email_stats_devices", new DeviceOpens(mautic.stats()));
    }

    /**
     * Reads the do-not-contact entries before a push, unless that was done within the last hour. A Mautic that was in use
     * before has opt-outs that the CRM must know first; later they may be missing because no {@code serve} ran, or because
     * the CRM's database was restored from a backup.
     *
     * @return why the push may not begin yet; empty when it may
     * @throws MauticException when Mautic does not respond
     */
    public Optional<String> beforePush() {
        if (Cursors.completed(jdbi, ENTRIES, LONG_AGO)) {
            return Optional.empty();
        }
        boolean first = !Cursors.completed(jdbi, ENTRIES);
        CatchUpResult result =
                leased((reader, counts) -> reader.follow(ENTRIES, new DoNotContactRows()), "push", StopSignal.NEVER);
        if (result instanceof CatchUpResult.Stopped stopped) {
            throw new RunStoppedException(stopped.message());
        }
        return first ? firstPush(result) : Optional.empty();
    }

    /** Later pushes make nobody mailable who is not, but the first might send to whom only Mautic knows an opt-out. */
    private Optional<String> firstPush(CatchUpResult result) {
        if (result instanceof CatchUpResult.Failed failed) {
            return Optional.of(
                    "the do-not-contact entries could not be read from Mautic, and no customer is pushed before that: "
                            + failed.failure().message());
        }
        return Cursors.completed(jdbi, ENTRIES)
                ? Optional.empty()
                : Optional.of(
                        "another process is reading the do-not-contact entries from Mautic; no customer is pushed before that");
    }

    private CatchUpResult leased(BiConsumer<TableReader, CatchUpCounts> work, String triggeredBy, StopSignal stop) {
        Optional<Lease> acquired = Lease.acquire(jdbi, KIND, waiting(stop));
        if (acquired.isEmpty()) {
            return new CatchUpResult.AlreadyRunning();
        }
        Instant started = clock.instant();
        CatchUpCounts counts = new CatchUpCounts();
        try (Lease lease = acquired.get()) {
            WorkLog told = new WorkLog(clock, "reading rows of Mautic's tables");
            PageApplier pages = new PageApplier(jdbi, applier, new ContactDirectory(mautic), counts, told);
            TableReader reader = new TableReader(
                    mautic.stats(),
                    pages,
                    new Cursors(jdbi, lease),
                    new TableReader.Limits(settings, () -> stop.reason().isPresent()),
                    clock);
            CatchUpResult result = result(() -> work.accept(reader, counts), reader, counts, stop);
            new CatchUpRecorder(jdbi, triggeredBy).record(result, Duration.between(started, clock.instant()));
            return result;
        }
    }

    private Sleeper waiting(StopSignal stop) {
        Sleeper sleeper = time -> {
            stop.reason().ifPresent(reason -> {
                throw new RunStoppedException(reason);
            });
            Sleeper.onThread().of(time);
        };
        return new Waits(jdbi, sleeper, clock);
    }

    private CatchUpResult result(Runnable work, TableReader reader, CatchUpCounts counts, StopSignal stop) {
        try {
            new InstanceCheck(jdbi, mautic).check();
            work.run();
            CatchUpReport report = counts.report(jdbi, reader.unfinished());
            return stop.reason()
                    .<CatchUpResult>map(reason -> new CatchUpResult.Stopped(report, reason))
                    .orElse(new CatchUpResult.Done(report));
        } catch (RunStoppedException e) {
            return new CatchUpResult.Stopped(counts.report(jdbi, reader.unfinished()), String.valueOf(e.getMessage()));
        } catch (MauticException | RejectedCallException | WrongInstanceException e) {
            return new CatchUpResult.Failed(counts.report(jdbi, reader.unfinished()), Failure.of(e));
        }
    }

    /** At least one table could not be read or applied; the others were. */
    private static final class RejectedCallException extends FailureException {
        RejectedCallException(ErrorCode code, String message) {
            super(code, message);
        }
    }
}
