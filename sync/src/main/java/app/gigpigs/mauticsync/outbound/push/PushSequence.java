package app.gigpigs.mauticsync.outbound.push;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.batch.BatchPush;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.PushList;
import app.gigpigs.mauticsync.outbound.match.EmailChangeOrder;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import app.gigpigs.mauticsync.outbound.state.Outcome.Conflict;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import app.gigpigs.mauticsync.outbound.state.Outcome.Saved;
import app.gigpigs.mauticsync.outbound.state.RunTally;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.runs.Progress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order in which customers are pushed: changed addresses first, each released before it is used again; then updates;
 * then customers without a contact; and once more those whose address was already used by a contact pushed since.
 */
public final class PushSequence {
    private final BatchPush push;
    private final SyncStatus status;
    private final BatchExecutor executor;
    private final Observers observers;

    public PushSequence(BatchPush push, SyncStatus status, BatchExecutor concurrency, Observers observers) {
        this.push = push;
        this.status = status;
        this.executor = concurrency;
        this.observers = observers;
    }

    /** The outcomes of a few. */
    record PushedFew(List<Saved> saved, List<Push> conflicts) {}

    /** Pushes a few; those in conflict may be pushed again later. */
    PushedFew some(List<Push> few) {
        observers.progress().expect(few.size());
        Map<CustomerId, Conflict> conflict = Collections.synchronizedMap(new LinkedHashMap<>());
        List<Saved> saved = Collections.synchronizedList(new ArrayList<>());
        executor.run(few, batch -> saved.addAll(pushed(batch, conflict)));
        return new PushedFew(List.copyOf(saved), PushList.where(few, push -> conflict.containsKey(push.customer())));
    }

    /** What counts and shows every outcome. */
    public record Observers(RunTally tally, Progress progress) {}

    /** Pushes them all; every outcome is recorded and counted when this returns. */
    public void all(List<Push> pushes) {
        observers.progress().expect(pushes.size());
        Map<CustomerId, Conflict> conflict = Collections.synchronizedMap(new LinkedHashMap<>());
        moved(PushList.where(pushes, push -> push.move() != null), conflict);
        concurrently(PushList.where(pushes, push -> push.move() == null && push.contactId() != null), conflict);
        concurrently(PushList.where(pushes, push -> push.contactId() == null), conflict);
        onceMore(pushes, conflict);
    }

    private void moved(List<Push> changed, Map<CustomerId, Conflict> conflict) {
        EmailChangeOrder moves = EmailChangeOrder.of(changed);
        if (!moves.released().isEmpty()) {
            push.release(moves.released());
        }
        moves.rounds().forEach(round -> concurrently(round, conflict));
    }

    /** Those still in conflict are recorded as rejected. */
    private void onceMore(List<Push> pushes, Map<CustomerId, Conflict> conflict) {
        Set<CustomerId> again = Set.copyOf(conflict.keySet());
        conflict.clear();
        concurrently(PushList.where(pushes, push -> again.contains(push.customer())), conflict);
        List<Rejected> rejected = conflict.values().stream()
                .map(one -> new Rejected(one.write(), one.write().contactId(), one.failure()))
                .toList();
        if (!rejected.isEmpty()) {
            status.rejected(rejected);
            rejected.forEach(observers.tally()::add);
            observers.progress().done(rejected.size());
        }
    }

    private void concurrently(List<Push> pushes, Map<CustomerId, Conflict> conflict) {
        executor.run(pushes, batch -> pushed(batch, conflict));
    }

    private List<Saved> pushed(List<Push> batch, Map<CustomerId, Conflict> conflict) {
        List<Saved> saved = new ArrayList<>();
        int finished = 0;
        for (Outcome outcome : push.push(batch)) {
            observers.tally().add(outcome);
            if (outcome instanceof Conflict blocked) {
                conflict.put(blocked.customer(), blocked);
            } else {
                finished++;
            }
            if (outcome instanceof Saved done) {
                saved.add(done);
            }
        }
        observers.progress().done(finished);
        return saved;
    }
}
