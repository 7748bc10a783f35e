package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.segment.SegmentMembership;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import app.gigpigs.mauticsync.outbound.state.RunTally;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.outbound.state.UnreadableCustomers;
import app.gigpigs.mauticsync.runs.Lease;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run under way: its lease, what it may write by that lease, and what it counts. */
final class RunContext {
    private static final Logger log = LoggerFactory.getLogger(RunContext.class);

    private final UUID id;
    private final Lease lease;
    private final SyncStatus status;
    private final UnreadableCustomers unreadable;
    private final InFlightWrites inFlight;
    private final RunTally tally = new RunTally();
    private final long startedNanos = System.nanoTime();
    private volatile @Nullable SegmentMembership memberships;

    RunContext(UUID id, Lease lease, Jdbi jdbi, OutboundSettings settings) {
        this.id = id;
        this.lease = lease;
        Mapping mapping = settings.mapping();
        this.status = new SyncStatus(jdbi, lease, mapping.crm().profiles());
        this.unreadable = new UnreadableCustomers(jdbi, lease, mapping.crm().profiles());
        this.inFlight = new InFlightWrites(
                jdbi, lease, settings.unknownOutcomeWait(), mapping.crm().profiles());
    }

    UUID id() {
        return id;
    }

    Lease lease() {
        return lease;
    }

    SyncStatus status() {
        return status;
    }

    InFlightWrites inFlight() {
        return inFlight;
    }

    RunTally tally() {
        return tally;
    }

    /** Counts what was found to do. */
    void found(ChangeSet changes) {
        tally.found(changes);
        log.info(
                "{} customers: {} to push, {} newly skipped, {} removed",
                changes.customers(),
                changes.pushes().size(),
                changes.skips().size(),
                changes.removed().size());
    }

    /** Customers who could not be read count as rejected. */
    void unreadable(Map<CustomerId, Failure> customers) {
        unreadable.remember(customers);
        customers.forEach((customer, failure) -> {
            tally.unreadable(customer, failure);
            log.warn(failure.with("customer " + customer + ": ").line());
        });
    }

    /** From here on the run writes to Mautic. */
    void begin(SegmentMembership members) {
        memberships = members;
    }

    /** Whether the run may have written to Mautic. */
    boolean begun() {
        return memberships != null;
    }

    SegmentMembership memberships() {
        return Objects.requireNonNull(memberships, "the run has not begun");
    }

    RunResult.Report report(long requests) {
        SegmentMembership changed = memberships;
        return new RunResult.Report(
                id,
                tally.counts(changed == null ? 0 : changed.added(), changed == null ? 0 : changed.removed()),
                requests,
                Duration.ofNanos(System.nanoTime() - startedNanos),
                tally.details());
    }
}
