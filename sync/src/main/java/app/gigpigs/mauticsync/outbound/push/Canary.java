package app.gigpigs.mauticsync.outbound.push;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.push.PushSequence.Observers;
import app.gigpigs.mauticsync.outbound.push.PushSequence.PushedFew;
import app.gigpigs.mauticsync.outbound.segment.MembershipReader;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import app.gigpigs.mauticsync.outbound.state.Outcome.Saved;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends a few customers before the rest and reads them back by value, segment and do-not-contact: a Mautic that stores
 * something else than it was sent is found out at one contact, not at eighteen thousand.
 */
public final class Canary {
    /** How many customers a first import pushes and reads back, step by step. */
    private static final List<Integer> FIRST_IMPORT = List.of(1, 20, 200);

    /** The same for a version of Mautic that nobody tried. */
    private static final List<Integer> FIRST_IMPORT_UNTRIED = List.of(1, 20, 200, 1_000);

    /** The same for the first run after Mautic was updated. */
    private static final List<Integer> UPDATE = List.of(1, 20);

    private static final List<Integer> UPDATE_UNTRIED = List.of(1, 20, 200);

    /** How many customers in a row may fail before the run stops. */
    private static final int TRIES = 3;

    private static final int NAMED = 5;

    private final Mautic mautic;
    private final MembershipReader segments;
    private final PushSequence sequence;
    private final SyncStatus status;
    private final Observers observers;

    public Canary(
            Mautic mautic, MembershipReader segments, PushSequence sequence, SyncStatus status, Observers observers) {
        this.mautic = mautic;
        this.segments = segments;
        this.sequence = sequence;
        this.status = status;
        this.observers = observers;
    }

    /** How much is known of the Mautic that is written to. */
    public enum Trust {
        /** A run before this one has read back what this version stores. */
        PROVEN,
        /** It was updated since then, or no run was before this one. */
        UPDATED,
        /** The same, and nobody tried the version. */
        UNTRIED
    }

    /**
     * Pushes a few and reads them back, more of them the less is known of this Mautic; answers who is left to be pushed.
     *
     * @throws NotReadyException when Mautic does not hold what it was sent; those customers are recorded as rejected
     */
    public List<Push> pushFirst(List<Push> pushes, Trust trust) {
        CanaryCandidates candidates = new CanaryCandidates(pushes);
        boolean first = !status.anySynced();
        if (trust == Trust.PROVEN && !first) {
            pushOne(candidates);
        } else if (trust == Trust.UNTRIED) {
            pushSteps(first ? FIRST_IMPORT_UNTRIED : UPDATE_UNTRIED, candidates);
        } else {
            pushSteps(first ? FIRST_IMPORT : UPDATE, candidates);
        }
        return candidates.left();
    }

    private void pushSteps(List<Integer> sizes, CanaryCandidates candidates) {
        for (int size : sizes) {
            List<String> wrong = push(candidates.take(size), candidates).wrong();
            if (!wrong.isEmpty()) {
                throw stop(wrong);
            }
            if (!candidates.left().isEmpty()) {
                observers.progress().note(size + (size == 1 ? " contact" : " contacts") + " read back and right");
            }
        }
    }

    /** A single odd customer must not stop all the others run after run: after one that failed another is pushed. */
    private void pushOne(CanaryCandidates candidates) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            Result result = push(candidates.take(1), candidates);
            if (result.saved() && result.wrong().isEmpty()) {
                return;
            }
            wrong.addAll(result.wrong());
        }
        if (wrong.size() == TRIES) {
            throw stop(wrong);
        }
    }

    private static NotReadyException stop(List<String> wrong) {
        return new NotReadyException(
                ErrorCode.MAUTIC_ALTERS,
                List.of("Mautic does not hold what it was sent, so the run stopped: "
                        + String.join("; ", wrong.subList(0, Math.min(NAMED, wrong.size())))
                        + (wrong.size() > NAMED ? "; and " + (wrong.size() - NAMED) + " more" : "")));
    }

    private record Result(boolean saved, List<String> wrong) {}

    private Result push(List<Push> few, CanaryCandidates candidates) {
        if (few.isEmpty()) {
            return new Result(true, List.of());
        }
        PushedFew pushed = sequence.some(few);
        pushed.conflicts().forEach(candidates::conflict);
        List<Rejected> rejected = rejected(pushed.saved());
        if (!rejected.isEmpty()) {
            status.rejected(rejected);
        }
        return new Result(
                !pushed.saved().isEmpty(),
                rejected.stream().map(one -> one.failure().message()).toList());
    }

    /** Reads the contacts back; those that differ count as rejected. */
    private List<Rejected> rejected(List<Saved> pushed) {
        Map<Long, Contact> contacts = new HashMap<>();
        mautic.contacts()
                .withIds(pushed.stream().map(Saved::contactId).toList())
                .forEach(contact -> contacts.put(contact.id(), contact));
        List<Rejected> rejected = new ArrayList<>();
        for (Saved saved : pushed) {
            List<String> differences = differences(saved, contacts.get(saved.contactId()));
            if (!differences.isEmpty()) {
                String message = "read back, contact " + saved.contactId() + " differs from what was sent: "
                        + String.join(", ", differences);
                Rejected instead =
                        new Rejected(saved.write(), saved.contactId(), new Failure(ErrorCode.CONTACT_ALTERED, message));
                observers.tally().takeBack(saved, instead);
                rejected.add(instead);
            }
        }
        return rejected;
    }

    private List<String> differences(Saved saved, @Nullable Contact contact) {
        return contact == null
                ? List.of("it is not there")
                : ContactComparison.differences(saved.write(), contact, segments.of(saved.contactId()));
    }
}
