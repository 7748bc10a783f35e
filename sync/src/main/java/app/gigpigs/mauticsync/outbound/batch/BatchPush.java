package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mapping.ContactFields;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.DoNotContact;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.outbound.batch.SendResult.Delivered;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.safety.LateOptOutLimit;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import app.gigpigs.mauticsync.outbound.state.Outcome.Conflict;
import app.gigpigs.mauticsync.outbound.state.Outcome.How;
import app.gigpigs.mauticsync.outbound.state.Outcome.NotSent;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import app.gigpigs.mauticsync.outbound.state.Outcome.Saved;
import app.gigpigs.mauticsync.outbound.state.Outcome.Unknown;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happens to one batch of customers, from the CRM's rows to their recorded outcomes. May be called by several
 * threads at once, as long as no customer is in two batches.
 */
public final class BatchPush {
    private final Reading reading;
    private final InFlightWrites inFlight;
    private final SyncStatus status;
    private final ContactUpsert contacts;
    private final Finishing finishing;

    public BatchPush(
            Reading reading, InFlightWrites inFlight, SyncStatus status, ContactUpsert contacts, Finishing finishing) {
        this.reading = reading;
        this.inFlight = inFlight;
        this.status = status;
        this.contacts = contacts;
        this.finishing = finishing;
    }

    /**
     * Reads, marks as in flight, sends, and records. The intent is recorded before anything is sent, so that the run
     * after a crash knows what may still be running in Mautic.
     */
    public List<Outcome> push(List<Push> batch) {
        List<ContactWrite> prepared = reading.batches().of(batch);
        reading.recordOptOuts().accept(reading.lateOptOuts().look(batch, prepared));
        Set<CustomerId> marked =
                inFlight.begin(prepared.stream().map(ContactWrite::row).toList());
        List<ContactWrite> writes = prepared.stream()
                .filter(write -> marked.contains(write.customer()))
                .toList();
        try {
            List<Outcome> outcomes = send(writes, newAddress(batch));
            record(outcomes);
            return outcomes;
        } catch (MauticException e) {
            // Cut off between two calls: nothing is sent again before what was sent is certainly over.
            inFlight.extend(customers(writes));
            throw e;
        }
    }

    /** Releases the addresses of these customers, which were exchanged in a cycle. */
    public void release(List<Push> cycle) {
        contacts.release(reading.batches().of(cycle).stream()
                .filter(write -> write.contactId() != null)
                .toList());
    }

    private static Set<CustomerId> newAddress(List<Push> batch) {
        return batch.stream()
                .filter(push -> push.move() != null)
                .map(Push::customer)
                .collect(Collectors.toSet());
    }

    /** Updates before creates, so that addresses are released before they are used again. */
    private List<Outcome> send(List<ContactWrite> writes, Set<CustomerId> newAddress) {
        Map<Long, ContactWrite> linked = new LinkedHashMap<>();
        List<ContactWrite> unlinked = new ArrayList<>();
        for (ContactWrite write : writes) {
            Long contact = write.contactId();
            // After a merge in Mautic two customers may be linked to one contact; only one of them can be right.
            if (contact == null || linked.putIfAbsent(contact, write) != null) {
                unlinked.add(write.toNewContact());
            }
        }
        SendResult sent = contacts.update(List.copyOf(linked.values()), newAddress);
        unlinked.addAll(sent.takeMissing());
        sent.add(contacts.findOrCreate(unlinked));
        finishing.defaults().correct(sent);
        contacts.resolveConflicts(sent);
        contacts.optOutRejected(sent);
        inFlight.resend(sent.overwritten);

        finishing.smallNumbers().write(sent);

        // Before anything is recorded: after a run that dies here, these customers are sent and shown again.
        finishing.seen().accept(sent.delivered.stream().map(Delivered::contact).toList());
        Map<ContactWrite, String> outside = finishing.segments().apply(sent.delivered);
        List<Outcome> outcomes = new ArrayList<>(sent.outcomes);
        sent.delivered.forEach(item -> outcomes.add(outcome(item, outside.get(item.write()))));
        return outcomes;
    }

    private static Outcome outcome(Delivered item, @Nullable String segmentFailure) {
        long contactId = item.contact().id();
        return segmentFailure == null
                ? new Saved(item.write(), contactId, how(item), doNotContact(item))
                : new Rejected(item.write(), contactId, new Failure(ErrorCode.SEGMENT_REJECTED, segmentFailure));
    }

    private static How how(Delivered item) {
        if (item.write().origin() == ContactWrite.Origin.MATCHED) {
            return How.MATCHED;
        }
        if (item.write().contactId() != null) {
            return How.UPDATED;
        }
        // A contact with this address appeared in Mautic after the look-up, and batch/new matched it.
        return item.status() == 201 ? How.CREATED : How.MATCHED;
    }

    private static @Nullable Integer doNotContact(Delivered item) {
        return item.contact().doNotContact().stream()
                .filter(DoNotContact::againstEmail)
                .map(DoNotContact::reason)
                .findFirst()
                .orElse(null);
    }

    private void record(List<Outcome> outcomes) {
        some(outcomes, Saved.class, list -> finishing.sent().remember(fields(list)));
        some(outcomes, Saved.class, status::saved);
        some(outcomes, Rejected.class, status::rejected);
        // The address may be released later in this run; PushSequence records the conflicts that remain.
        some(
                outcomes,
                Conflict.class,
                list -> inFlight.release(list.stream().map(Outcome::customer).toList()));
        some(
                outcomes,
                Unknown.class,
                list -> inFlight.extend(list.stream().map(Outcome::customer).toList()));
        some(
                outcomes,
                NotSent.class,
                list -> inFlight.release(list.stream().map(Outcome::customer).toList()));
    }

    private static Map<CustomerId, ContactFields> fields(List<Saved> saved) {
        Map<CustomerId, ContactFields> fields = new LinkedHashMap<>();
        saved.forEach(one -> fields.put(one.customer(), one.write().fields()));
        return fields;
    }

    private static <T> void some(List<? extends Outcome> outcomes, Class<T> kind, Consumer<List<T>> work) {
        List<T> chosen = of(outcomes, kind);
        if (!chosen.isEmpty()) {
            work.accept(chosen);
        }
    }

    private static <T> List<T> of(List<? extends Outcome> outcomes, Class<T> kind) {
        return outcomes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<CustomerId> customers(List<ContactWrite> writes) {
        return writes.stream().map(ContactWrite::customer).toList();
    }

    /**
     * How a batch is read from the CRM, and what is checked and recorded before it is sent.
     *
     * @param recordOptOuts makes statements of the opt-outs since the run began
     */
    public record Reading(
            BatchReading batches, LateOptOutLimit lateOptOuts, Consumer<List<ContactWrite>> recordOptOuts) {}

    /** What follows for contacts that Mautic has saved, where it is remembered, and where they are shown. */
    public record Finishing(
            DefaultsCorrection defaults,
            SmallNumberWriter smallNumbers,
            SegmentSync segments,
            SentValues sent,
            Consumer<List<Contact>> seen) {}
}
