package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.instance.WrongInstanceException;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection.AtMost;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection.Everybody;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection.One;
import app.gigpigs.mauticsync.outbound.batch.BatchPush;
import app.gigpigs.mauticsync.outbound.batch.BatchSender;
import app.gigpigs.mauticsync.outbound.batch.CircuitBreaker;
import app.gigpigs.mauticsync.outbound.batch.ContactUpsert;
import app.gigpigs.mauticsync.outbound.batch.DefaultsCorrection;
import app.gigpigs.mauticsync.outbound.batch.SegmentSync;
import app.gigpigs.mauticsync.outbound.batch.SmallNumberWriter;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SourceSchemaCheck;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.payload.WritePlanner;
import app.gigpigs.mauticsync.outbound.push.AdaptiveConcurrency;
import app.gigpigs.mauticsync.outbound.push.BatchExecutor;
import app.gigpigs.mauticsync.outbound.push.Canary;
import app.gigpigs.mauticsync.outbound.push.PushSequence;
import app.gigpigs.mauticsync.outbound.safety.LateOptOutLimit;
import app.gigpigs.mauticsync.outbound.safety.SafetyLimit;
import app.gigpigs.mauticsync.outbound.safety.SafetyLimit.SafetyLimitException;
import app.gigpigs.mauticsync.outbound.segment.SegmentMembership;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues;
import app.gigpigs.mauticsync.outbound.state.RunTally;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.outbound.state.Tombstones;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.LeaseLostException;
import app.gigpigs.mauticsync.runs.NotReadyException;
import app.gigpigs.mauticsync.runs.PauseSwitch;
import app.gigpigs.mauticsync.runs.RunLog;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.runs.StopSignal.RunStoppedException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
    private static final int UNKNOWN_OUTCOME_ROUNDS = 3;
    private static final int SUPPRESSED_AT_ONCE = 2_000;
    private static final Logger log = LoggerFactory.getLogger(OutboundRun.class);

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final RunEnvironment environment;
    private final Mapping mapping;
    /** Kept from run to run: what the server takes is found out once. */
    private final AdaptiveConcurrency adaptiveConcurrency;

    /** One run over one database and one Mautic; may be run any number of times. */
    public OutboundRun(Jdbi jdbi, Mautic mautic, OutboundSettings settings, RunEnvironment environment) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = settings.mapping();
        this.settings = settings;
        this.environment = environment;
        this.adaptiveConcurrency = new AdaptiveConcurrency(settings.push());
    }

    /** Runs once. Everything that can go wrong is in the result, and in the run log. */
    public RunResult run(RunRequest request) {
        Optional<PauseSwitch.Paused> paused = new PauseSwitch(jdbi).current(Lease.OUTBOUND);
        if (paused.isPresent()) {
            return new RunResult.Paused(paused.get().message());
        }
        Optional<Lease> acquired = Lease.acquire(jdbi, Lease.OUTBOUND, new LeaseWait(environment));
        if (acquired.isEmpty()) {
            return new RunResult.AlreadyRunning();
        }
        try (Lease lease = acquired.get()) {
            return logged(request, lease);
        }
    }

    private RunResult logged(RunRequest request, Lease lease) {
        RunLog runs = new RunLog(jdbi);
        UUID id = runs.start(request.trigger().sql());
        RunStatistics attempt = new RunStatistics(id, mautic.requestsSent(), System.nanoTime());
        RunResult result;
        try {
            push(request, lease, attempt);
            result = new RunResult.Done(attempt.report(mautic));
        } catch (MauticUnavailable | LeaseLostException | JdbiException | RunStoppedException e) {
            log.debug("run {} stopped", id, e);
            result = new RunResult.Stopped(attempt.report(mautic), RunResult.Kind.TRANSIENT, message(e));
        } catch (SafetyLimitException e) {
            result = new RunResult.Stopped(attempt.report(mautic), RunResult.Kind.SAFETY_LIMIT, message(e));
        } catch (MauticException | NotReadyException | HashKeyException | WrongInstanceException e) {
            result = new RunResult.Stopped(attempt.report(mautic), RunResult.Kind.SETUP, message(e));
        } catch (RuntimeException | Error e) {
            // A mistake of ours, or no memory left: the run log must not claim for ever that this run is going on.
            finish(
                    runs,
                    id,
                    attempt,
                    new RunResult.Stopped(attempt.report(mautic), RunResult.Kind.TRANSIENT, e.toString()));
            throw e;
        }
        finish(runs, id, attempt, result);
        return result;
    }

    private void push(RunRequest request, Lease lease, RunStatistics attempt) {
        SourceSchemaCheck.check(jdbi, mapping);
        TargetSchema destination = TargetSchema.of(mautic.fields().all(), mapping.fields(), PlaceNames.load());
        new InstanceCheck(jdbi, mautic).check();
        environment.consents().beforePush().get().ifPresent(reason -> {
            throw new RunStoppedException(reason);
        });
        CustomerReader source = new CustomerReader(
                jdbi, mapping, new ErasureRegister(settings.consent().key()));
        SyncStatus status = new SyncStatus(
                jdbi, lease, settings.unknownOutcomeWait(), mapping.crm().profiles());
        PayloadBuilder preparation = new PayloadBuilder(source, mapping, destination);
        SegmentTable segments = new SegmentTable(mautic, jdbi);
        SegmentTable.Found found = segments.find(mapping.segments());
        found.replaced().forEach(status::forgetMembers);

        ChangeSet changes = chosen(source, request);
        attempt.tally.found(changes);
        log.info(
                "{} customers: {} to push, {} newly skipped, {} gone",
                changes.customers(),
                changes.pushes().size(),
                changes.skips().size(),
                changes.removed().size());
        SafetyLimit safetyLimit =
                new SafetyLimit(jdbi, mapping, new WritePlanner(preparation, new SentValues(jdbi)), settings.safety());
        if (!(request.selection() instanceof One)) {
            safetyLimit.check(changes, request.confirmed());
        }

        attempt.begun = true;
        boolean firstImport = !status.anySynced();
        Map<String, Long> segmentIds = segments.complete(found);
        SegmentMembership memberships = new SegmentMembership(mautic, segmentIds);
        attempt.memberships = memberships;
        changes = optOutSuppressed(source, changes);
        CustomerRemoval removal = new CustomerRemoval(
                mautic,
                memberships,
                status,
                new Tombstones(jdbi, mapping.crm().profiles()),
                settings.consent().deleted());
        removal.finish(changes);
        if (!(request.selection() instanceof One)) {
            // The brake has looked at them.
            removal.finishDeleted();
        }
        LateOptOutLimit lateOptOuts = new LateOptOutLimit(settings.safety(), changes.customers(), request.confirmed());
        BatchPush.Reading reading = new BatchPush.Reading(preparation, lateOptOuts);
        PushSequence pushing = pushing(request.mode(), reading, destination, status, attempt);
        Canary canary = new Canary(
                mautic, segmentIds, pushing, new Canary.Verdict(status, attempt.tally, environment.progress()));
        pushing.all(canary.tryFirst(changes.pushes(), firstImport));
        for (int round = 0; round < UNKNOWN_OUTCOME_ROUNDS && waitForInFlight(status); round++) {
            ChangeSet all = source.changes(SyncMode.CHANGED);
            ChangeSet open = request.selection() instanceof Everybody ? all : all.of(customers(changes.pushes()));
            if (open.pushes().isEmpty()) {
                // What is left over is not this run's.
                break;
            }
            if (!(request.selection() instanceof One)
                    && safetyLimit.stops(open, request.confirmed()).isPresent()) {
                // The CRM changed while this run waited; the next one stops before it sends anything, and says why.
                break;
            }
            pushing.all(optOutSuppressed(source, open).pushes());
        }
        new ReconsentSync(jdbi, mautic, lease, mapping)
                .finish(attempt.run, settings.consent().reconsent());
    }

    /** Customers that appear with an imported address get their no before their contact is made. */
    private ChangeSet optOutSuppressed(CustomerReader source, ChangeSet changes) {
        ConsentLedger suppressed =
                new ConsentLedger(jdbi, mapping.crm(), settings.consent().key());
        if (!suppressed.pending()) {
            return changes;
        }
        List<Push> pushes = changes.pushes();
        Set<UUID> found = new HashSet<>();
        for (int from = 0; from < pushes.size(); from += SUPPRESSED_AT_ONCE) {
            Set<UUID> some = customers(pushes.subList(from, Math.min(pushes.size(), from + SUPPRESSED_AT_ONCE)));
            found.addAll(suppressed.optOut(source.addresses(some)));
        }
        return changes.rejecting(found);
    }

    private static Set<UUID> customers(List<Push> pushes) {
        return pushes.stream().map(Push::customer).collect(Collectors.toSet());
    }

    private static ChangeSet chosen(CustomerReader source, RunRequest request) {
        if (request.selection() instanceof One one) {
            ChangeSet changes = source.changesOf(one.customer());
            if (changes.customers() + changes.removed().size() == 0) {
                throw new NotReadyException(
                        List.of("customer " + one.customer() + " is not in the CRM's view; check the id"));
            }
            return changes;
        }
        ChangeSet changes = source.changes(request.mode());
        return request.selection() instanceof AtMost most ? changes.first(most.customers()) : changes;
    }

    private PushSequence pushing(
            SyncMode mode,
            BatchPush.Reading reading,
            TargetSchema destination,
            SyncStatus status,
            RunStatistics attempt) {
        SegmentMembership memberships = Objects.requireNonNull(attempt.memberships);
        CircuitBreaker health = new CircuitBreaker(
                settings.push().retryPause(), this::slowDown, environment.pause(), environment.random());
        BatchSender sender = new BatchSender(mautic, destination, health, status::holdInFlight, keeper(attempt.run));
        ContactUpsert identities = new ContactUpsert(mautic, new ContactLookup(mautic, jdbi, mapping), sender);
        BatchPush push = new BatchPush(
                reading,
                status,
                identities,
                new BatchPush.Finishing(
                        new DefaultsCorrection(sender, destination),
                        new SmallNumberWriter(mautic, destination),
                        new SegmentSync(memberships, mapping.segments(), mode),
                        new SentValues(jdbi),
                        environment.consents().seen()));
        BatchExecutor executor =
                new BatchExecutor(settings.push(), adaptiveConcurrency, environment.pause(), this::stop);
        return new PushSequence(push, status, executor, new PushSequence.Watch(attempt.tally, environment.progress()));
    }

    /** Called by several threads at once. */
    private void slowDown() {
        synchronized (adaptiveConcurrency) {
            adaptiveConcurrency.trouble();
        }
    }

    /** Keeps what is overwritten for as long as is set, and nothing when that is no time at all. */
    private Consumer<List<ContactWrite>> keeper(UUID run) {
        OverwrittenValues overwritten = new OverwrittenValues(jdbi);
        Duration time = settings.safety().undoFor();
        overwritten.forget(time);
        return time.isZero() ? writes -> {} : writes -> overwritten.keep(run, writes, mautic);
    }

    /** Asked between batches. */
    private Optional<String> stop() {
        return environment
                .stop()
                .reason()
                .or(() -> new PauseSwitch(jdbi).current(Lease.OUTBOUND).map(PauseSwitch.Paused::message));
    }

    /** Whether there was anything to wait for. */
    private boolean waitForInFlight(SyncStatus status) {
        Optional<Duration> wait = status.inFlight();
        wait.filter(time -> !time.isZero()).ifPresent(time -> {
            environment
                    .progress()
                    .note("waiting " + time.toSeconds()
                            + " s: a write whose answer was lost may still be running in Mautic");
            environment.pause().of(time);
        });
        return wait.isPresent();
    }

    private void finish(RunLog runs, UUID id, RunStatistics attempt, RunResult result) {
        RunResult.Report report = attempt.report(mautic);
        Map<String, @Nullable Object> details = new LinkedHashMap<>(report.details());
        RunLog.Status status = RunLog.Status.DONE;
        if (result instanceof RunResult.Stopped stopped) {
            details.put("error", stopped.message());
            status = switch (stopped.kind()) {
                case SAFETY_LIMIT -> RunLog.Status.LIMIT_EXCEEDED;
                case SETUP -> RunLog.Status.FAILED;
                case TRANSIENT -> attempt.begun ? RunLog.Status.FAILED : RunLog.Status.SKIPPED;
            };
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

    private static String message(Exception e) {
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
    private static final class LeaseWait implements Sleeper {
        private final RunEnvironment environment;
        private boolean told;

        private LeaseWait(RunEnvironment environment) {
            this.environment = environment;
        }

        @Override
        public void of(Duration time) {
            if (!told) {
                environment.progress().note("another run holds the lease; waiting a moment to see whether it is alive");
                told = true;
            }
            environment.pause().of(time);
        }
    }

    /** What one run counts while it runs. */
    private static final class RunStatistics {
        private final RunTally tally = new RunTally();
        private final UUID run;
        private final long requestsBefore;
        private final long startedNanos;
        private volatile @Nullable SegmentMembership memberships;
        private volatile boolean begun;

        private RunStatistics(UUID run, long requestsBefore, long startedNanos) {
            this.run = run;
            this.requestsBefore = requestsBefore;
            this.startedNanos = startedNanos;
        }

        private RunResult.Report report(Mautic mautic) {
            SegmentMembership changed = memberships;
            return new RunResult.Report(
                    tally.counts(changed == null ? 0 : changed.added(), changed == null ? 0 : changed.removed()),
                    mautic.requestsSent() - requestsBefore,
                    Duration.ofNanos(System.nanoTime() - startedNanos),
                    tally.details());
        }
    }
}
