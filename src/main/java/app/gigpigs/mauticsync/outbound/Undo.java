package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mapping.ContactFields;
import app.gigpigs.mauticsync.mapping.Customer;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.batch.BatchSender;
import app.gigpigs.mauticsync.outbound.batch.CircuitBreaker;
import app.gigpigs.mauticsync.outbound.batch.SendResult;
import app.gigpigs.mauticsync.outbound.batch.SmallNumberWriter;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.segment.SegmentMembership;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues.Kept;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.runs.Lease;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

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
        TargetSchema destination =
                TargetSchema.of(mautic.fields().all(), settings.mapping().fields(), PlaceNames.load());
        new InstanceCheck(jdbi, mautic).check();
        SyncStatus status = new SyncStatus(jdbi, lease, settings.mapping().crm().profiles());
        InFlightWrites inFlight = new InFlightWrites(
                jdbi,
                lease,
                settings.unknownOutcomeWait(),
                settings.mapping().crm().profiles());
        OverwrittenValues overwritten = new OverwrittenValues(jdbi);
        // One batch at a time already.
        CircuitBreaker health =
                new CircuitBreaker(settings.push().retryPause(), () -> {}, environment.pause(), environment.random());
        BatchSender sender = new BatchSender(mautic, destination, health, inFlight::extend, writes -> {});
        List<Kept> kept = overwritten.of(run);
        int restored = 0;
        List<String> rejections = new ArrayList<>();
        for (int from = 0; from < kept.size(); from += AT_ONCE) {
            List<Kept> some = kept.subList(from, Math.min(kept.size(), from + AT_ONCE));
            Set<CustomerId> marked =
                    inFlight.begin(some.stream().map(Kept::customer).toList());
            List<Kept> free =
                    some.stream().filter(one -> marked.contains(one.customer())).toList();
            SendResult sent = sender.correct(
                    free.stream().map(one -> write(one, destination)).toList());
            new SmallNumberWriter(mautic, destination).write(sent);
            List<CustomerId> done =
                    sent.delivered.stream().map(item -> item.write().customer()).toList();
            List<Kept> back =
                    free.stream().filter(one -> done.contains(one.customer())).toList();
            leaveSegments(back);
            status.undone(back);
            overwritten.undone(run, done);
            restored += done.size();
            rejections.addAll(notRestored(sent, inFlight));
        }
        return new Result(kept.size(), restored, rejections);
    }

    /** Contacts that were matched leave the segments that we put them into. */
    private void leaveSegments(List<Kept> back) {
        Map<String, Long> ids = new SegmentTable(mautic, jdbi)
                .find(settings.mapping().segments())
                .ids();
        SegmentMembership memberships = new SegmentMembership(mautic, ids);
        for (Kept one : back) {
            if (one.matched()) {
                ContactComparison.ours(mautic.segments().ofContact(one.contactId()), ids)
                        .forEach(segment -> memberships.remove(segment, one.contactId()));
            }
        }
    }

    private static List<String> notRestored(SendResult sent, InFlightWrites inFlight) {
        List<String> message = new ArrayList<>();
        List<CustomerId> open = new ArrayList<>();
        sent.outcomes.forEach(outcome -> {
            message.add("customer " + outcome.customer() + ": "
                    + (outcome instanceof Rejected no
                            ? no.message()
                            : outcome.getClass().getSimpleName()));
            open.add(outcome.customer());
        });
        sent.missing.forEach(write -> {
            message.add("customer " + write.customer() + ": contact " + write.contactId() + " was deleted in Mautic");
            open.add(write.customer());
        });
        sent.conflicts.forEach(conflict -> {
            message.add("customer " + conflict.write().customer() + ": " + conflict.message());
            open.add(conflict.write().customer());
        });
        if (!open.isEmpty()) {
            inFlight.extend(open);
        }
        return message;
    }

    private static ContactWrite write(Kept kept, TargetSchema destination) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        kept.fields().forEach((alias, value) -> values.put(alias, value(alias, value, destination)));
        if (!kept.matched() && values.get("email") == null) {
            // The address of a linked contact was released for a moment only; without one it could not be mailed.
            values.remove("email");
        }
        SourceRow row = new SourceRow(
                new Customer(kept.customer(), "", Map.of(), List.of()),
                0,
                kept.contactId(),
                new SourceRow.LastTime(List.of(), false, 0));
        return new ContactWrite(
                row, new ContactFields(values, List.of()), Set.of(), kept.contactId(), ContactWrite.Origin.KNOWN);
    }

    private static @Nullable Object value(String alias, @Nullable Object value, TargetSchema destination) {
        if (value instanceof Number number) {
            return new BigDecimal(number.toString());
        }
        return value == null || value.toString().isEmpty() ? null : destination.withZone(alias, value);
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
