package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.contact.Choices;
import app.gigpigs.mauticsync.contact.Mapping;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.LeaseLostException;
import app.gigpigs.mauticsync.runs.Pause;
import app.gigpigs.mauticsync.runs.RunLog;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outbound journey, top to bottom: take the lease, check both sides, find what changed, let those leave who are no
 * longer sent, push the rest, wait for writes of unknown outcome and finish them, write the run log.
 *
 * <p>One run at a time pushes in the whole database. A run that dies anywhere loses and duplicates nothing: the next
 * one waits until what it had sent is certainly over, looks it up, and goes on.
 */
public final class OutboundRun {
    /** The lease's name; SyncStatus checks it in every write. */
    private static final String LEASE = "outbound";

    private static final int SETTLE_ROUNDS = 3;
    private static final Logger log = LoggerFactory.getLogger(OutboundRun.class);

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final RunSettings settings;
    private final Surroundings surroundings;
    private final Mapping mapping;

    /** One run over one database and one Mautic; may be run any number of times. */
    public OutboundRun(Jdbi jdbi, Mautic mautic, RunSettings settings, Surroundings surroundings) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = settings.mapping();
        this.settings = settings;
        this.surroundings = surroundings;
    }

    /** Runs once. Everything that can go wrong is in the result, and in the run log. */
    public RunResult run(Mode mode) {
        Optional<Lease> acquired = Lease.acquire(jdbi, LEASE, new WaitForHolder(surroundings));
        if (acquired.isEmpty()) {
            return new RunResult.AlreadyRunning();
        }
        try (Lease lease = acquired.get()) {
            return logged(mode, lease);
        }
    }

    /** Counts what a run would do; reads the CRM only and writes nothing. */
    public Preview preview(Mode mode) {
        SourceCheck.check(jdbi, mapping);
        return Preview.of(new CustomerSource(jdbi, mapping).changes(mode));
    }

    private RunResult logged(Mode mode, Lease lease) {
        RunLog runs = new RunLog(jdbi);
        UUID id = runs.start();
        Attempt attempt = new Attempt(mautic.requestsSent(), System.nanoTime());
        RunResult result;
        try {
            push(mode, lease, attempt);
            result = new RunResult.Done(attempt.report(mautic));
        } catch (MauticUnavailable | LeaseLostException | JdbiException e) {
            log.debug("run {} stopped", id, e);
            result = new RunResult.Stopped(attempt.report(mautic), RunResult.Kind.PASSING, words(e));
        } catch (MauticException | NotReadyException e) {
            result = new RunResult.Stopped(attempt.report(mautic), RunResult.Kind.SETUP, words(e));
        } catch (RuntimeException e) {
            // A mistake of ours: the run log must not claim for ever that this run is still going on.
            finish(
                    runs,
                    id,
                    attempt,
                    new RunResult.Stopped(attempt.report(mautic), RunResult.Kind.PASSING, e.toString()));
            throw e;
        }
        finish(runs, id, attempt, result);
        return result;
    }

    private void push(Mode mode, Lease lease, Attempt attempt) {
        SourceCheck.check(jdbi, mapping);
        Destination destination = Destination.of(mautic.fields(), mapping.fields(), Choices.load());
        CustomerSource source = new CustomerSource(jdbi, mapping);
        SyncStatus status =
                new SyncStatus(jdbi, lease, settings.settle(), mapping.crm().profiles());
        Segments segments = new Segments(mautic, jdbi);
        Segments.Prepared prepared = segments.prepare(mapping.segments());
        prepared.replaced().forEach(status::forgetMembers);
        segments.remember(prepared);
        Memberships memberships = new Memberships(mautic, prepared.ids());
        attempt.memberships = memberships;

        Changes changes = source.changes(mode);
        refuseEmptySource(changes);
        attempt.tally.found(changes);
        log.info(
                "{} customers: {} to push, {} newly skipped, {} gone",
                changes.customers(),
                changes.pushes().size(),
                changes.skips().size(),
                changes.gone().size());

        new Departures(
                        mautic,
                        memberships,
                        status,
                        new Tombstones(jdbi, mapping.crm().profiles()))
                .settle(changes);
        Pushing pushing = pushing(mode, destination, memberships, status, attempt.tally);
        pushing.all(changes.pushes());
        for (int round = 0; round < SETTLE_ROUNDS && waitForInFlight(status); round++) {
            pushing.all(source.changes(Mode.CHANGED).pushes());
        }
    }

    /** A view that hides its rows (Row Level Security gives no error) must not look like a CRM without customers. */
    private void refuseEmptySource(Changes changes) {
        if (changes.customers() == 0 && !changes.gone().isEmpty()) {
            throw new NotReadyException(List.of(mapping.crm().view() + " has no rows, while "
                    + changes.gone().size()
                    + " customers were sent before: is Row Level Security hiding them from this login?"));
        }
    }

    private Pushing pushing(
            Mode mode, Destination destination, Memberships memberships, SyncStatus status, Tally tally) {
        MauticHealth health =
                new MauticHealth(settings.pacing().retryPause(), surroundings.pause(), surroundings.random());
        BatchSender sender = new BatchSender(mautic, destination, health, status::holdInFlight);
        Identities identities = new Identities(mautic, new ContactLookup(mautic, jdbi, mapping), sender);
        BatchPush push = new BatchPush(
                new Preparation(new CustomerSource(jdbi, mapping), mapping, destination),
                status,
                sender,
                identities,
                new BatchPush.Finishing(
                        new Defaults(sender, destination),
                        new SmallNumbers(mautic, destination),
                        new SegmentSync(memberships, mapping.segments(), mode)));
        Lanes lanes = new Lanes(settings.pacing(), surroundings.pause());
        return new Pushing(push, identities, status, lanes, new Pushing.Watch(tally, surroundings.progress()));
    }

    /** Whether there was anything to wait for. */
    private boolean waitForInFlight(SyncStatus status) {
        Optional<Duration> wait = status.inFlight();
        wait.ifPresent(time -> {
            surroundings
                    .progress()
                    .note("waiting " + time.toSeconds()
                            + " s: a write whose answer was lost may still be running in Mautic");
            surroundings.pause().of(time);
        });
        return wait.isPresent();
    }

    private void finish(RunLog runs, UUID id, Attempt attempt, RunResult result) {
        RunResult.Report report = attempt.report(mautic);
        Map<String, @Nullable Object> details = new LinkedHashMap<>(report.details());
        RunLog.Status status = RunLog.Status.DONE;
        if (result instanceof RunResult.Stopped stopped) {
            details.put("error", stopped.words());
            boolean nothingTried = stopped.kind() == RunResult.Kind.PASSING && !attempt.tally.begun();
            status = nothingTried ? RunLog.Status.SKIPPED : RunLog.Status.FAILED;
        }
        try {
            String json = details.isEmpty() ? null : new ObjectMapper().writeValueAsString(details);
            runs.finish(id, status, report.counts(), report.requests(), json);
        } catch (JdbiException e) {
            log.error("the run log could not be written: {}", e.getMessage());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("maps of text are JSON", e);
        }
    }

    private static String words(Exception e) {
        if (!(e instanceof JdbiException)) {
            return String.valueOf(e.getMessage());
        }
        Throwable deepest = e;
        for (Throwable at = e; at != null; at = at.getCause()) {
            deepest = at instanceof SQLException ? at : deepest;
        }
        return "the database failed: " + deepest.getMessage();
    }

    /** Tells once why nothing seems to happen: a holder that died is told from a living one by waiting. */
    private static final class WaitForHolder implements Pause {
        private final Surroundings surroundings;
        private boolean told;

        private WaitForHolder(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public void of(Duration time) {
            if (!told) {
                surroundings
                        .progress()
                        .note("another run holds the lease; waiting a moment to see whether it is alive");
                told = true;
            }
            surroundings.pause().of(time);
        }
    }

    /** What one run counts while it runs. */
    private static final class Attempt {
        private final Tally tally = new Tally();
        private final long requestsBefore;
        private final long startedNanos;
        private volatile @Nullable Memberships memberships;

        private Attempt(long requestsBefore, long startedNanos) {
            this.requestsBefore = requestsBefore;
            this.startedNanos = startedNanos;
        }

        private RunResult.Report report(Mautic mautic) {
            Memberships changed = memberships;
            return new RunResult.Report(
                    tally.counts(changed == null ? 0 : changed.added(), changed == null ? 0 : changed.removed()),
                    mautic.requestsSent() - requestsBefore,
                    Duration.ofNanos(System.nanoTime() - startedNanos),
                    tally.details());
        }
    }
}
