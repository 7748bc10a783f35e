package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.BatchResult;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.ItemResult;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticUnavailable;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import app.gigpigs.mauticsync.outbound.state.Outcome.NotSent;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import app.gigpigs.mauticsync.outbound.state.Outcome.Unknown;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends writes as one batch call and sorts Mautic's answer item by item.
 *
 * <p>Only a received answer is ever followed by the same items again: after a few tries the batch is halved until the
 * item that breaks it is alone. Without an answer Mautic may still be working (seen on 5.1.0: it finishes a batch whose
 * client has disconnected, and the same items sent meanwhile become duplicates), so the outcome of those writes is unknown.
 */
public final class BatchSender {
    private static final int TRIES = 3;
    private static final int ROUNDS = 4;
    /** A run does not sleep for the rest of an hour; the next one goes on. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** Mautic drops letters of addresses that it cannot store, and what is left may be the address of another person. */
    private static final String OTHER_ADDRESS =
            "Mautic stored a different e-mail address than the one sent: correct the address in the CRM, and the contact"
                    + " in Mautic";

    private static final Set<String> REQUIRED =
            Set.of("email", FieldMap.SUPABASE_ID, FieldMap.MARKETING_OPT_IN, "doNotContact");

    private final Mautic mautic;
    private final TargetSchema schema;
    private final CircuitBreaker circuit;
    private final InFlightWrites inFlight;
    private final OverwrittenValues.ForRun forUndo;

    /**
     * Sends to one Mautic.
     *
     * @param inFlight records the intent anew right before every call, and fails when this run may no longer send
     * @param forUndo keeps the contacts' values
     */
    public BatchSender(
            Mautic mautic,
            TargetSchema schema,
            CircuitBreaker circuit,
            InFlightWrites inFlight,
            OverwrittenValues.ForRun forUndo) {
        this.mautic = mautic;
        this.schema = schema;
        this.circuit = circuit;
        this.inFlight = inFlight;
        this.forUndo = forUndo;
    }

    /**
     * Updates the contacts of these writes; each write is in exactly one list of the result. The contacts are read first:
     * by the id of one that was merged Mautic 7 writes to the one that it was merged into, which is another customer's
     * (seen on 7.0.0), and an id may have been given to a new person.
     */
    public SendResult edit(List<ContactWrite> writes) {
        Map<Long, Contact> there = new HashMap<>();
        keep(writes).forEach(contact -> there.put(contact.id(), contact));
        Map<Boolean, List<ContactWrite>> own = writes.stream()
                .collect(Collectors.partitioningBy(write -> write.belongsTo(there.get(write.contactId()))));
        SendResult sent = send(
                own.getOrDefault(true, List.of()),
                new Call(write -> write.item(there.get(write.contactId())), mautic.batches()::edit));
        sent.missing.addAll(own.getOrDefault(false, List.of()));
        return sent;
    }

    /** Keeps the values of these writes' contacts, for undo; the first time in a run counts. Answers the contacts. */
    List<Contact> keep(List<ContactWrite> writes) {
        List<Contact> contacts = mautic.contacts()
                .withIds(writes.stream()
                        .map(write -> Objects.requireNonNull(write.contactId()))
                        .toList());
        if (!contacts.isEmpty()) {
            forUndo.keep(writes, contacts);
        }
        return contacts;
    }

    /** Keeps the address of a contact that is about to be released, for undo. */
    void keep(Match.Releasable released) {
        forUndo.keepAddress(released.owner(), released.contact(), released.address());
    }

    /** Updates contacts that this run has just written; their values need not be kept for undo. */
    SendResult correct(List<ContactWrite> writes) {
        return send(writes, new Call(ContactWrite::item, mautic.batches()::edit));
    }

    /** Creates a contact for each of these writes; each write is in exactly one list of the result. */
    SendResult create(List<ContactWrite> writes) {
        return send(writes, new Call(ContactWrite::item, mautic.batches()::create));
    }

    /** Blanks these fields of each contact, which this run is about to write; answers whether Mautic did. */
    public boolean blank(Map<Long, List<String>> fields) {
        List<Map<String, @Nullable Object>> items = new ArrayList<>();
        fields.forEach((contact, blanked) -> {
            Map<String, @Nullable Object> item = new LinkedHashMap<>();
            item.put("id", contact);
            blanked.forEach(field -> item.put(field, null));
            item.put("overwriteWithBlank", true);
            items.add(item);
        });
        BatchResult result = mautic.batches().edit(items);
        return result instanceof BatchResult.Answered answered
                && answered.items().stream().allMatch(ItemResult::saved);
    }

    /** What a write is sent as, and how. */
    private record Call(
            Function<ContactWrite, Map<String, @Nullable Object>> item,
            Function<List<Map<String, @Nullable Object>>, BatchResult> send) {}

    private SendResult send(List<ContactWrite> writes, Call call) {
        SendResult sent = new SendResult();
        List<ContactWrite> round = writes;
        for (int i = 0; i < ROUNDS && !round.isEmpty(); i++) {
            round = sendOnce(round, call, sent);
        }
        round.forEach(write -> sent.outcomes.add(new Rejected(
                write,
                write.contactId(),
                new Failure(
                        ErrorCode.VALUE_REJECTED,
                        "Mautic rejects one value after another: "
                                + String.join("; ", write.fields().warnings())))));
        return sent;
    }

    /** One round; answers the writes that go once more, without the optional values that Mautic rejected. */
    private List<ContactWrite> sendOnce(List<ContactWrite> writes, Call call, SendResult sent) {
        if (writes.size() > schema.batchLimit()) {
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
            throw new MauticUnavailable(ErrorCode.MAUTIC_RATE_LIMIT, limited.reason());
        } else if (result instanceof BatchResult.Rejected rejected) {
            if (rejected.status() == 503) {
                // The contacts are not the cause: a smaller batch would be rejected as well.
                throw new MauticUnavailable(
                        ErrorCode.MAUTIC_ERROR, "Mautic accepts no calls at the moment (503): " + rejected.message());
            }
            if (writes.size() > 1) {
                return halve(writes, call, sent);
            }
            ContactWrite alone = writes.get(0);
            sent.outcomes.add(new Rejected(alone, alone.contactId(), rejected.failure()));
        }
        return List.of();
    }

    private BatchResult callWithRetries(List<ContactWrite> writes, Call call) {
        circuit.check();
        List<Map<String, @Nullable Object>> items =
                writes.stream().map(call.item()).toList();
        for (int attempt = 1; ; attempt++) {
            recordIntent(writes);
            BatchResult result = call.send().apply(items);
            circuit.saw(result);
            if (!isTransient(result) || attempt == TRIES) {
                return result;
            }
            if (result instanceof BatchResult.Limited limited
                    && !limited.until().isZero()) {
                circuit.waitFor(limited.until());
            } else {
                circuit.pauseBeforeRetry(attempt);
            }
        }
    }

    private void recordIntent(List<ContactWrite> writes) {
        List<CustomerId> customers = writes.stream().map(ContactWrite::customer).toList();
        if (writes.isEmpty() || writes.get(0).contactId() != null) {
            inFlight.editing(customers);
        } else {
            inFlight.creating(customers);
        }
    }

    private boolean isTransient(BatchResult result) {
        if (result instanceof BatchResult.Rejected rejected) {
            if (schema.learnBatchLimit(rejected.message())) {
                return false;
            }
            return rejected.status() >= 500;
        }
        if (result instanceof BatchResult.Limited limited) {
            return limited.until().compareTo(LONGEST_WAIT) <= 0;
        }
        return result instanceof BatchResult.NotSent;
    }

    private List<ContactWrite> halve(List<ContactWrite> writes, Call call, SendResult sent) {
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
            if (item.saved() && contact != null && write.contactId() != null && contact.id() != write.contactId()) {
                sent.overwritten.add(contact.id());
                sent.outcomes.add(new Rejected(
                        write,
                        null,
                        new Failure(
                                ErrorCode.CONTACT_CHANGED,
                                "contact " + write.contactId() + " was merged into contact " + contact.id()
                                        + " while it was written; the customers of both are sent again")));
            } else if (item.saved() && contact != null && !write.hasAddressOf(contact)) {
                sent.outcomes.add(
                        new Rejected(write, contact.id(), new Failure(ErrorCode.ADDRESS_ALTERED, OTHER_ADDRESS)));
            } else if (item.saved() && contact != null) {
                sent.delivered.add(new SendResult.Delivered(write, contact, item.status()));
            } else if (item.status() == 404 && write.contactId() != null) {
                sent.missing.add(write);
            } else if (item.status() == 422) {
                sent.conflicts.add(new SendResult.AddressConflict(write, item.message()));
            } else if (item.status() == 400 && optional(item.details())) {
                schema.learn(item.details());
                again.add(write.with(write.fields().without(item.details())));
            } else {
                sent.outcomes.add(new Rejected(
                        write,
                        write.contactId(),
                        new Failure(
                                ErrorCode.VALUE_REJECTED, "Mautic answered " + item.status() + ": " + item.message())));
            }
        }
        return again;
    }

    private static boolean optional(Map<String, List<String>> details) {
        return !details.isEmpty() && details.keySet().stream().noneMatch(REQUIRED::contains);
    }
}
