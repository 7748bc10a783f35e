package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection.AtMost;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection.Everybody;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection.One;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.ChangeDetector;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.push.Canary;
import app.gigpigs.mauticsync.outbound.push.PushSequence;
import app.gigpigs.mauticsync.outbound.safety.SafetyLimit;
import app.gigpigs.mauticsync.outbound.segment.SegmentMembership;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/**
 * The outbound journey. Each line of {@code push} is a step, in this order; each step is a package or a class of its own.
 *
 * <p>One run at a time pushes in the whole database. A run that dies at any point loses and duplicates nothing: the next
 * one looks up what it had sent, sends everybody else, and leaves to a later run what Mautic may still be working on.
 */
public final class OutboundRun {
    private static final int ROUNDS = 3;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final RunRecorder recorder;
    private final Preflight preflight;
    private final ChangeDetector detector;
    private final LedgerStep ledger;
    private final PushFactory pushes;

    /** One run over one database and one Mautic; may be run any number of times. */
    public OutboundRun(Jdbi jdbi, Mautic mautic, OutboundSettings settings, RunEnvironment environment) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        Mapping mapping = settings.mapping();
        this.recorder = new RunRecorder(jdbi, mautic, settings, environment);
        this.preflight = new Preflight(jdbi, mautic, mapping, environment.consents());
        this.detector = new ChangeDetector(
                jdbi, mapping, new ErasureRegister(settings.consent().key()));
        this.ledger = new LedgerStep(jdbi, mautic, settings);
        this.pushes = new PushFactory(jdbi, mautic, settings, environment);
    }

    /** Runs once. Everything that can go wrong is in the result, and in the run log. */
    public RunResult run(RunRequest request) {
        return recorder.record(request, run -> push(request, run));
    }

    private void push(RunRequest request, RunContext run) {
        Set<Long> overflows = ledger.begin();
        Target target = preflight.check(run.status());
        UnknownOutcomes unknownOutcomes = pushes.unknownOutcomes(target, run);
        unknownOutcomes.lookUp();
        ChangeSet found = changes(request);
        run.found(found);
        SafetyLimit limit = pushes.safetyLimit(target);
        if (request.isUnderSafetyLimit()) {
            limit.check(found, request.confirmed());
        }
        ledger.limit(limit.ofOutbox(found));

        run.begin(new SegmentMembership(mautic, new SegmentTable(mautic, jdbi).complete(target.segments())));
        ChangeSet changes = ledger.bringUpToDate(run) ? changes(request) : found;
        run.unreadable(changes.unreadable());
        new CustomerRemoval(jdbi, mautic, settings, run).apply(changes, request);
        PushSequence push = pushes.open(request, target, changes, run);
        push.all(first(changes, target, pushes.canary(push, run)));
        for (int round = 0; round < ROUNDS; round++) {
            List<Push> over = unknownOutcomes.lookUpAnyOver() ? stillToPush(request, changes, limit) : List.of();
            if (over.isEmpty()) {
                break;
            }
            push.all(over);
        }
        ledger.deliver(request.selection() instanceof Everybody ? overflows : Set.of());
    }

    /** Pushes the first few; answers who is left. */
    private List<Push> first(ChangeSet changes, Target target, Canary canary) {
        List<Push> left = canary.pushFirst(changes.pushes(), target.trust());
        if (!changes.pushes().isEmpty()) {
            preflight.proven();
        }
        return left;
    }

    /** Customers of this run whose write is over by now; without a selection, also those that changed since. */
    private List<Push> stillToPush(RunRequest request, ChangeSet pushed, SafetyLimit limit) {
        ChangeSet all = detector.changes(SyncMode.CHANGED);
        ChangeSet open = request.selection() instanceof Everybody ? all : all.of(customers(pushed));
        boolean stops = request.isUnderSafetyLimit()
                && limit.stops(open, request.confirmed()).isPresent();
        // The CRM changed while this run went on. The next run stops before it sends anything, and says why.
        return stops ? List.of() : open.pushes();
    }

    private static Set<CustomerId> customers(ChangeSet changes) {
        return changes.pushes().stream().map(Push::customer).collect(Collectors.toSet());
    }

    private ChangeSet changes(RunRequest request) {
        if (request.selection() instanceof One one) {
            ChangeSet changes = detector.changesOf(one.customer());
            if (changes.customers() + changes.removed().size() == 0) {
                throw new NotReadyException(
                        ErrorCode.NO_CUSTOMER,
                        List.of("customer " + one.customer() + " is not in the CRM's view; check the id"));
            }
            return changes;
        }
        ChangeSet changes = detector.changes(request.mode());
        return request.selection() instanceof AtMost most ? changes.first(most.customers()) : changes;
    }
}
