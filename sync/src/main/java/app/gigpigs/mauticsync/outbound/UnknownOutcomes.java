package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.RunRequest.Selection.Everybody;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.ChangeDetector;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.push.PushSequence;
import app.gigpigs.mauticsync.outbound.safety.SafetyLimit;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes of unknown outcome: the answer was lost, or a process was killed after it sent a batch. Waits until they are
 * certainly over in Mautic, finds what is still to be done, and pushes that. Sent at once, the same items would become
 * duplicates (seen on 5.1.0).
 */
final class UnknownOutcomes {
    private static final int ROUNDS = 3;

    private final ChangeDetector detector;
    private final RunEnvironment environment;

    UnknownOutcomes(ChangeDetector detector, RunEnvironment environment) {
        this.detector = detector;
        this.environment = environment;
    }

    /** Finishes the customers that this run pushed; without a selection, also those that changed since. */
    void resolve(RunRequest request, ChangeSet pushed, PushSequence push, SafetyLimit limit, InFlightWrites inFlight) {
        for (int round = 0; round < ROUNDS && waitFor(inFlight); round++) {
            ChangeSet all = detector.changes(SyncMode.CHANGED);
            ChangeSet open = request.selection() instanceof Everybody ? all : all.of(customers(pushed));
            if (open.pushes().isEmpty()) {
                // What is left over is not this run's.
                return;
            }
            if (request.isUnderSafetyLimit()
                    && limit.stops(open, request.confirmed()).isPresent()) {
                // The CRM changed while this run waited. The next run stops before it sends anything, and says why.
                return;
            }
            push.all(open.pushes());
        }
    }

    /** Waits for the writes in flight; answers whether there were any. */
    private boolean waitFor(InFlightWrites inFlight) {
        Optional<Duration> wait = inFlight.remaining();
        wait.filter(time -> !time.isZero())
                .ifPresent(time ->
                        environment.pause().of(time, "a write whose answer was lost may still be running in Mautic"));
        return wait.isPresent();
    }

    private static Set<CustomerId> customers(ChangeSet changes) {
        return changes.pushes().stream().map(Push::customer).collect(Collectors.toSet());
    }
}
