package app.gigpigs.mauticsync.outbound.push;

import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.PushList;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.push.PushSequence.Trial;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import app.gigpigs.mauticsync.outbound.state.Outcome.Saved;
import app.gigpigs.mauticsync.outbound.state.RunTally;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.runs.NotReadyException;
import app.gigpigs.mauticsync.runs.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Sends a few customers before the rest and reads them back by value, segment and do-not-contact: a Mautic that takes
 * something else than it was sent is found out at one contact, not at eighteen thousand.
 */
public final class Canary {
    /** A first import goes on from one to these. */
    private static final List<Integer> FIRST_IMPORT = List.of(1, 20, 200);

    /** How many customers in a row may turn out to be unfit for a trial. */
    private static final int TRIES = 3;

    private final Mautic mautic;
    private final Map<String, Long> segmentIds;
    private final PushSequence pushing;
    private final Verdict verdict;

    public Canary(Mautic mautic, Map<String, Long> segmentIds, PushSequence pushing, Verdict verdict) {
        this.mautic = mautic;
        this.segmentIds = segmentIds;
        this.pushing = pushing;
        this.verdict = verdict;
    }

    /** Who is told of contacts that do not hold what they were sent. */
    public record Verdict(SyncStatus status, RunTally tally, Progress progress) {}

    /**
     * Tries a few; answers who is left to be pushed.
     *
     * @throws NotReadyException when Mautic does not hold what it was sent; those customers are refused by name
     */
    public List<Push> tryFirst(List<Push> pushes, boolean firstImport) {
        Tried tried = new Tried(pushes);
        if (!firstImport) {
            tryOne(tried);
            return tried.left();
        }
        for (int size : FIRST_IMPORT) {
            List<String> wrong = tryOut(tried.take(size), tried).wrong();
            if (!wrong.isEmpty()) {
                throw stop(wrong);
            }
            if (!tried.left().isEmpty()) {
                verdict.progress().note(size + (size == 1 ? " contact" : " contacts") + " read back and right");
            }
        }
        return tried.left();
    }

    /** A single odd customer must not hold up all the others run after run: another gets its turn. */
    private void tryOne(Tried tried) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            Result result = tryOut(tried.take(1), tried);
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
        return new NotReadyException(List.of("Mautic does not hold what it was sent, so the run stopped: "
                + String.join("; ", wrong.subList(0, Math.min(5, wrong.size())))
                + (wrong.size() > 5 ? "; and " + (wrong.size() - 5) + " more" : "")));
    }

    private record Result(boolean saved, List<String> wrong) {}

    private Result tryOut(List<Push> few, Tried tried) {
        if (few.isEmpty()) {
            return new Result(true, List.of());
        }
        Trial trial = pushing.some(few);
        trial.held().forEach(tried::held);
        Map<Long, Contact> contacts = new HashMap<>();
        mautic.contacts()
                .withIds(trial.saved().stream().map(Saved::contactId).toList())
                .forEach(contact -> contacts.put(contact.id(), contact));
        List<Rejected> rejected = new ArrayList<>();
        for (Saved saved : trial.saved()) {
            List<String> differences = differences(saved, contacts.get(saved.contactId()));
            if (!differences.isEmpty()) {
                String message = "read back, contact " + saved.contactId() + " differs from what was sent: "
                        + String.join(", ", differences);
                Rejected no = new Rejected(saved.write(), saved.contactId(), message);
                verdict.tally().takeBack(saved, no);
                rejected.add(no);
            }
        }
        if (!rejected.isEmpty()) {
            verdict.status().rejected(rejected);
        }
        return new Result(
                !trial.saved().isEmpty(),
                rejected.stream().map(Rejected::message).toList());
    }

    private List<String> differences(Saved saved, @org.jspecify.annotations.Nullable Contact contact) {
        return contact == null
                ? List.of("it is not there")
                : ContactComparison.differences(
                        saved.write(),
                        contact,
                        ContactComparison.ours(mautic.segments().ofContact(saved.contactId()), segmentIds));
    }

    /** Who had a trial, and who is left. */
    private static final class Tried {
        private final List<Push> all;
        private final Set<UUID> tried = new HashSet<>();
        private final Set<UUID> held = new HashSet<>();

        private Tried(List<Push> all) {
            this.all = all;
        }

        /**
         * Some who had none, evenly spread, so that a trial is as mixed as the whole. Addresses that move are left for
         * their proper order.
         */
        private List<Push> take(int size) {
            List<Push> plain = PushList.where(all, push -> push.move() == null && !tried.contains(push.customer()));
            List<Push> taken = new ArrayList<>();
            int step = Math.max(1, plain.size() / size);
            for (int i = 0; i < plain.size() && taken.size() < size; i += step) {
                taken.add(plain.get(i));
            }
            taken.forEach(push -> tried.add(push.customer()));
            return taken;
        }

        /** Somebody whose address another contact held when it was tried. */
        private void held(Push push) {
            held.add(push.customer());
        }

        /** Those without a trial, and those who were held. */
        private List<Push> left() {
            return PushList.where(all, push -> !tried.contains(push.customer()) || held.contains(push.customer()));
        }
    }
}
