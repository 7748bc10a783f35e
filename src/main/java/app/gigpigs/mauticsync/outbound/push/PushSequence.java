package app.gigpigs.mauticsync.outbound.push;

import app.gigpigs.mauticsync.outbound.batch.BatchPush;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.PushList;
import app.gigpigs.mauticsync.outbound.match.EmailChangeOrder;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import app.gigpigs.mauticsync.outbound.state.Outcome.Held;
import app.gigpigs.mauticsync.outbound.state.Outcome.Refused;
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
import java.util.UUID;

/**
 * The order in which customers are pushed: addresses that moved first, each freed before it is taken; then updates;
 * then those without a contact; and once more those whose address was held by somebody who had their turn since.
 */
public final class PushSequence {
    private final BatchPush push;
    private final SyncStatus status;
    private final BatchExecutor lanes;
    private final Watch watch;

    public PushSequence(BatchPush push, SyncStatus status, BatchExecutor lanes, Watch watch) {
        this.push = push;
        this.status = status;
        this.lanes = lanes;
        this.watch = watch;
    }

    /** What became of a few. */
    record Trial(List<Saved> saved, List<Push> held) {}

    /** Pushes a few, in one go; those whose address is held may have their turn later. */
    Trial some(List<Push> few) {
        watch.progress().expect(few.size());
        Map<UUID, Held> held = Collections.synchronizedMap(new LinkedHashMap<>());
        List<Saved> saved = Collections.synchronizedList(new ArrayList<>());
        lanes.run(few, batch -> saved.addAll(pushed(batch, held)));
        return new Trial(List.copyOf(saved), PushList.where(few, push -> held.containsKey(push.customer())));
    }

    /** Who is told of every outcome. */
    public record Watch(RunTally tally, Progress progress) {}

    /** Pushes them all; every outcome is recorded and counted when this returns. */
    public void all(List<Push> pushes) {
        watch.progress().expect(pushes.size());
        Map<UUID, Held> held = Collections.synchronizedMap(new LinkedHashMap<>());
        moved(PushList.where(pushes, push -> push.move() != null), held);
        inLanes(PushList.where(pushes, push -> push.move() == null && push.contactId() != null), held);
        inLanes(PushList.where(pushes, push -> push.contactId() == null), held);
        onceMore(pushes, held);
    }

    private void moved(List<Push> movers, Map<UUID, Held> held) {
        EmailChangeOrder moves = EmailChangeOrder.of(movers);
        if (!moves.released().isEmpty()) {
            push.release(moves.released());
        }
        moves.waves().forEach(wave -> inLanes(wave, held));
    }

    /** Who is still held now is refused by name. */
    private void onceMore(List<Push> pushes, Map<UUID, Held> held) {
        Set<UUID> again = Set.copyOf(held.keySet());
        held.clear();
        inLanes(PushList.where(pushes, push -> again.contains(push.customer())), held);
        List<Refused> refused = held.values().stream()
                .map(one -> new Refused(one.write(), one.write().contactId(), one.words()))
                .toList();
        if (!refused.isEmpty()) {
            status.refused(refused);
            refused.forEach(watch.tally()::add);
            watch.progress().done(refused.size());
        }
    }

    private void inLanes(List<Push> pushes, Map<UUID, Held> held) {
        lanes.run(pushes, batch -> pushed(batch, held));
    }

    private List<Saved> pushed(List<Push> batch, Map<UUID, Held> held) {
        List<Saved> saved = new ArrayList<>();
        int settled = 0;
        for (Outcome outcome : push.push(batch)) {
            watch.tally().add(outcome);
            if (outcome instanceof Held blocked) {
                held.put(blocked.customer(), blocked);
            } else {
                settled++;
            }
            if (outcome instanceof Saved done) {
                saved.add(done);
            }
        }
        watch.progress().done(settled);
        return saved;
    }
}
