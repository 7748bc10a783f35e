package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.BatchResult;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.ItemResult;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import app.gigpigs.mauticsync.outbound.state.Outcome.NotSent;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import app.gigpigs.mauticsync.outbound.state.Outcome.Unknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends writes as one batch call and sorts Mautic's answer item by item.
 *
 * <p>Only a received answer is ever followed by the same items again: after a few tries the batch is halved until the
 * item that breaks it stands alone. Without an answer Mautic may still be working (seen on 5.1.0: it finishes a batch
 * whose client has gone, and the same items sent meanwhile become duplicates), so those writes end unsettled.
 */
public final class BatchSender {
    private static final int TRIES = 3;
    private static final int ROUNDS = 4;
    /** A run does not sleep for the rest of an hour; the next one goes on. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private static final Set<String> REQUIRED =
            Set.of("email", FieldMap.SUPABASE_ID, FieldMap.MARKETING_OPT_IN, "doNotContact");

    private final Mautic mautic;
    private final TargetSchema destination;
    private final CircuitBreaker health;
    private final Consumer<List<UUID>> beforeSending;
    private final Consumer<List<ContactWrite>> beforeOverwriting;

    /**
     * Sends to one Mautic.
     *
     * @param beforeSending records the intent anew right before every call, and fails when this run may no longer send
     * @param beforeOverwriting keeps what the contacts hold
     */
    public BatchSender(
            Mautic mautic,
            TargetSchema destination,
            CircuitBreaker health,
            Consumer<List<UUID>> beforeSending,
            Consumer<List<ContactWrite>> beforeOverwriting) {
        this.mautic = mautic;
        this.destination = destination;
        this.health = health;
        this.beforeSending = beforeSending;
        this.beforeOverwriting = beforeOverwriting;
    }

    /** Updates the contacts of these writes; each write is in exactly one list of the result. */
    SendResult edit(List<ContactWrite> writes) {
        keep(writes);
        return send(writes, mautic.batches()::edit);
    }

    /** Keeps what the contacts of these writes hold; the first time in a run counts. */
    void keep(List<ContactWrite> writes) {
        if (!writes.isEmpty()) {
            beforeOverwriting.accept(writes);
        }
    }

    /** The same for contacts that were written just now, so that nothing of anybody's is lost. */
    public SendResult correct(List<ContactWrite> writes) {
        return send(writes, mautic.batches()::edit);
    }

    /** Creates a contact for each of these writes; each write is in exactly one list of the result. */
    SendResult create(List<ContactWrite> writes) {
        return send(writes, mautic.batches()::create);
    }

    private SendResult send(
            List<ContactWrite> writes, Function<List<Map<String, @Nullable Object>>, BatchResult> call) {
        SendResult sent = new SendResult();
        List<ContactWrite> round = writes;
        for (int i = 0; i < ROUNDS && !round.isEmpty(); i++) {
            round = sendOnce(round, call, sent);
        }
        round.forEach(write -> sent.outcomes.add(new Rejected(
                write,
                write.contactId(),
                "Mautic keeps refusing one value after another: "
                        + String.join("; ", write.fields().warnings()))));
        return sent;
    }

    /** One round; gives back the writes to send again without the optional values that were refused. */
    private List<ContactWrite> sendOnce(
            List<ContactWrite> writes,
            Function<List<Map<String, @Nullable Object>>, BatchResult> call,
            SendResult sent) {
        if (writes.size() > destination.batchLimit()) {
            return halve(writes, call, sent);
        }
        BatchResult result = callWithRetries(writes, call);
        if (result instanceof BatchResult.Answered answered) {
            return sort(writes, answered, sent);
        }
        if (result instanceof BatchResult.Unknown unknown) {
            writes.forEach(write -> sent.outcomes.add(new Unknown(write, unknown.reason())));
        } else if (result instanceof BatchResult.NotSent notSent) {
            writes.forEach(write -> sent.outcomes.add(new NotSent(write, notSent.reason())));
        } else if (result instanceof BatchResult.Limited limited) {
            throw new MauticUnavailable(limited.reason());
        } else if (result instanceof BatchResult.Rejected rejected) {
            if (rejected.status() == 503) {
                // Not these contacts are the trouble: a smaller batch would be refused just so.
                throw new MauticUnavailable("Mautic takes no calls just now (503): " + rejected.message());
            }
            if (writes.size() > 1) {
                return halve(writes, call, sent);
            }
            ContactWrite alone = writes.get(0);
            sent.outcomes.add(new Rejected(alone, alone.contactId(), rejected.reason()));
        }
        return List.of();
    }

    private BatchResult callWithRetries(
            List<ContactWrite> writes, Function<List<Map<String, @Nullable Object>>, BatchResult> call) {
        health.check();
        List<Map<String, @Nullable Object>> items =
                writes.stream().map(ContactWrite::item).toList();
        for (int attempt = 1; ; attempt++) {
            beforeSending.accept(writes.stream().map(ContactWrite::customer).toList());
            BatchResult result = call.apply(items);
            health.saw(result);
            if (!isTransient(result) || attempt == TRIES) {
                return result;
            }
            if (result instanceof BatchResult.Limited limited
                    && !limited.until().isZero()) {
                health.waitFor(limited.until());
            } else {
                health.pauseBeforeRetry(attempt);
            }
        }
    }

    private boolean isTransient(BatchResult result) {
        if (result instanceof BatchResult.Rejected rejected) {
            if (destination.learnBatchLimit(rejected.message())) {
                return false;
            }
            return rejected.status() >= 500;
        }
        if (result instanceof BatchResult.Limited limited) {
            return limited.until().compareTo(LONGEST_WAIT) <= 0;
        }
        return result instanceof BatchResult.NotSent;
    }

    private List<ContactWrite> halve(
            List<ContactWrite> writes,
            Function<List<Map<String, @Nullable Object>>, BatchResult> call,
            SendResult sent) {
        int middle = writes.size() / 2;
        List<ContactWrite> again = new ArrayList<>(sendOnce(writes.subList(0, middle), call, sent));
        again.addAll(sendOnce(writes.subList(middle, writes.size()), call, sent));
        return again;
    }

    private List<ContactWrite> sort(List<ContactWrite> writes, BatchResult.Answered answered, SendResult sent) {
        List<ContactWrite> again = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            ContactWrite write = writes.get(i);
            ItemResult item = answered.items().get(i);
            Contact contact = item.contact();
            if (item.saved() && contact != null) {
                sent.delivered.add(new Delivered(write, contact, item.status()));
            } else if (item.status() == 404 && write.contactId() != null) {
                sent.missing.add(write);
            } else if (item.status() == 422) {
                sent.conflicts.add(new AddressConflict(write, item.message()));
            } else if (item.status() == 400 && optional(item.details())) {
                destination.learn(item.details());
                again.add(write.with(write.fields().without(item.details())));
            } else {
                sent.outcomes.add(new Rejected(
                        write, write.contactId(), "Mautic answered " + item.status() + ": " + item.message()));
            }
        }
        return again;
    }

    private static boolean optional(Map<String, List<String>> details) {
        return !details.isEmpty() && details.keySet().stream().noneMatch(REQUIRED::contains);
    }

    /** An item that Mautic saved, and the contact as it answered it. */
    public record Delivered(ContactWrite write, Contact contact, int status) {}

    /** An item whose e-mail address or id another contact has. */
    public record AddressConflict(ContactWrite write, String message) {}

    /** What became of the writes of one call. */
    public static final class SendResult {
        public final List<Delivered> delivered = new ArrayList<>();
        public final List<AddressConflict> conflicts = new ArrayList<>();
        public final List<ContactWrite> missing = new ArrayList<>();
        public final List<Outcome> outcomes = new ArrayList<>();

        void add(SendResult other) {
            delivered.addAll(other.delivered);
            conflicts.addAll(other.conflicts);
            missing.addAll(other.missing);
            outcomes.addAll(other.outcomes);
        }

        /** The contacts that were to be edited and are no longer there; they leave this list. */
        List<ContactWrite> takeMissing() {
            List<ContactWrite> taken = List.copyOf(missing);
            missing.clear();
            return taken;
        }

        /** The items in conflict with another contact; they leave this list. */
        List<AddressConflict> takeConflicts() {
            List<AddressConflict> taken = List.copyOf(conflicts);
            conflicts.clear();
            return taken;
        }

        /** A delivered item whose outcome turned out to be another. */
        void move(Delivered item, Outcome outcome) {
            delivered.removeIf(one -> one.write().customer().equals(item.write().customer()));
            outcomes.add(outcome);
        }

        /** Some fields of a delivered item were not written after all. */
        void leaveOut(Delivered item, Set<String> aliases, String warning) {
            delivered.replaceAll(one -> {
                ContactWrite write = one.write();
                return write.customer().equals(item.write().customer())
                        ? new Delivered(
                                write.with(write.fields().without(aliases, warning)), one.contact(), one.status())
                        : one;
            });
        }

        Set<UUID> saved() {
            return delivered.stream().map(item -> item.write().customer()).collect(Collectors.toSet());
        }
    }
}
