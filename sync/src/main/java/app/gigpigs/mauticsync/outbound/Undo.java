package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.batch.BatchSender;
import app.gigpigs.mauticsync.outbound.batch.CircuitBreaker;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.segment.SegmentMembership;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues.Kept;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.StopSignal.RunStoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/**
 * Puts back what a run overwrote in Mautic: the values of contacts that it updated or matched. Contacts that it created
 * stay, and so do consent and do-not-contact entries, because an undo must never make a person mailable. These customers
 * are not sent again before they change or {@code retry} is run; a contact that was matched is unlinked.
 */
public final class Undo {
    private static final int AT_ONCE = 100;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final RunEnvironment environment;

    /** Uses the same lease as a run: one of them pushes at a time. */
    public Undo(Jdbi jdbi, Mautic mautic, OutboundSettings settings, RunEnvironment environment) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        this.environment = environment;
    }

    /**
     * Puts back what that run overwrote.
     *
     * @return empty when another run is alive and pushes
     */
    public Optional<Result> undo(UUID run) {
        Optional<Lease> acquired = Lease.acquire(jdbi, Lease.OUTBOUND, environment.pause());
        if (acquired.isEmpty()) {
            return Optional.empty();
        }
        try (Lease lease = acquired.get()) {
            return Optional.of(putBack(run, lease));
        }
    }

    private Result putBack(UUID run, Lease lease) {
        TargetSchema schema =
                TargetSchema.of(mautic.fields().all(), settings.mapping().fields(), PlaceNames.load());
        new InstanceCheck(jdbi, mautic).check();
        SyncStatus status = new SyncStatus(jdbi, lease, settings.mapping().crm().profiles());
        InFlightWrites inFlight = new InFlightWrites(
                jdbi,
                lease,
                settings.unknownOutcomeWait(),
                settings.mapping().crm().profiles());
        AddressConsent consents =
                new AddressConsent(settings.mapping().crm(), settings.mapping().consent());
        Function<String, Consent> consent = address -> jdbi.withHandle(handle -> consents.of(handle, address));
        ValueRestore restore = new ValueRestore(mautic, schema, sender(schema, inFlight), inFlight, consent);
        OverwrittenValues overwritten = new OverwrittenValues(jdbi);
        List<Kept> kept = overwritten.of(run);
        UndoneAddresses addresses = UndoneAddresses.look(mautic, kept, consent);
        environment.progress().expect(kept.size());
        int restored = 0;
        List<String> rejections = new ArrayList<>();
        for (int from = 0; from < kept.size(); from += AT_ONCE) {
            stop(restored, kept.size());
            List<Kept> some = kept.subList(from, Math.min(kept.size(), from + AT_ONCE));
            ValueRestore.Result result = restore.restore(some, addresses);
            restoreSegments(result.restored());
            status.undone(result.restored());
            overwritten.undone(
                    run, result.restored().stream().map(Kept::customer).toList());
            restored += result.restored().size();
            environment.progress().done(some.size());
            rejections.addAll(result.rejections());
            if (!result.open().isEmpty()) {
                inFlight.extend(result.open());
            }
        }
        return new Result(kept.size(), restored, rejections);
    }

    private void stop(int restored, int of) {
        environment.stop().reason().ifPresent(reason -> {
            throw new RunStoppedException(reason + "; " + restored + " of " + of
                    + " contacts were restored, and undo goes on with the others");
        });
    }

    private BatchSender sender(TargetSchema schema, InFlightWrites inFlight) {
        // Nothing to slow down: only one batch is sent at a time.
        CircuitBreaker circuit =
                new CircuitBreaker(settings.push().retryPause(), () -> {}, environment.pause(), environment.random());
        return new BatchSender(
                mautic,
                schema,
                circuit,
                inFlight,
                new OverwrittenValues.ForRun(new OverwrittenValues(jdbi), Optional.empty()));
    }

    /** Contacts that were matched are in our segments as they were before. */
    private void restoreSegments(List<Kept> back) {
        Map<String, Long> ids = new SegmentTable(mautic, jdbi)
                .find(settings.mapping().segments())
                .ids();
        SegmentMembership memberships = new SegmentMembership(mautic, ids);
        for (Kept one : back) {
            Set<String> before = one.segments();
            if (one.matched() && before != null) {
                Set<String> now = ContactComparison.ours(mautic.segments().ofContact(one.contactId()), ids);
                now.stream()
                        .filter(segment -> !before.contains(segment))
                        .forEach(segment -> memberships.remove(segment, one.contactId()));
                before.stream()
                        .filter(segment -> !now.contains(segment) && ids.containsKey(segment))
                        .forEach(segment -> memberships.add(segment, List.of(one.contactId())));
            }
        }
    }

    /**
     * The result.
     *
     * @param kept contacts of which the run had overwritten something
     * @param restored contacts that have their earlier values again
     * @param rejections why others do not
     */
    public record Result(int kept, int restored, List<String> rejections) {}
}
