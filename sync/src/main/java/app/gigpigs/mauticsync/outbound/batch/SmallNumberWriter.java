package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mautic.BatchResult;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.ItemResult;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.batch.SendResult.Delivered;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes 0 and other numbers below one, which Mautic drops from every call but a full replacement (seen on 5.1.0).
 *
 * <p>A full replacement also blanks what is not sent and overwrites what changed since it was read. So it is used only
 * for contacts whose number really is another one now, built from a fresh read, and sent at once.
 */
public final class SmallNumberWriter {
    /** A contact is 8 to 11 kB of answer; a few at a time keeps the moment between reading and writing short. */
    private static final int AT_ONCE = 50;

    private static final String NOT_WRITTEN = "a number below one was not written: ";

    private final Mautic mautic;
    private final TargetSchema schema;
    private final InFlightWrites inFlight;

    /** @param inFlight records before each call that it changes contacts, which were created or changed by another call before */
    public SmallNumberWriter(Mautic mautic, TargetSchema schema, InFlightWrites inFlight) {
        this.mautic = mautic;
        this.schema = schema;
        this.inFlight = inFlight;
    }

    /**
     * Corrects the numbers in what was delivered. A number that Mautic rejects by its field's name costs a warning. A
     * write whose call was rejected, could not be made or was not answered moves from the delivered to the outcomes, so
     * that it is sent again.
     */
    public void write(SendResult sent) {
        List<Delivered> unconfirmed =
                sent.delivered.stream().filter(SmallNumberWriter::unconfirmed).toList();
        for (int from = 0; from < unconfirmed.size(); from += AT_ONCE) {
            replace(unconfirmed.subList(from, Math.min(unconfirmed.size(), from + AT_ONCE)), sent);
        }
    }

    private void replace(List<Delivered> unconfirmed, SendResult sent) {
        Map<Long, Contact> fresh = new HashMap<>();
        mautic.contacts()
                .withIds(unconfirmed.stream().map(item -> item.contact().id()).toList())
                .forEach(contact -> fresh.put(contact.id(), contact));
        List<Delivered> wrong = new ArrayList<>();
        for (Delivered item : unconfirmed) {
            Contact now = fresh.get(item.contact().id());
            if (now == null) {
                sent.move(
                        item,
                        new Outcome.Rejected(
                                item.write(),
                                null,
                                new Failure(
                                        ErrorCode.CONTACT_CHANGED,
                                        "the contact was deleted in Mautic while it was written")));
            } else if (!missing(item.write(), now).isEmpty()) {
                wrong.add(new Delivered(item.write(), now, item.status()));
            }
        }
        put(wrong, sent);
    }

    private void put(List<Delivered> items, SendResult sent) {
        if (items.isEmpty()) {
            return;
        }
        inFlight.editing(items.stream().map(item -> item.write().customer()).toList());
        BatchResult result = mautic.batches()
                .replace(items.stream()
                        .map(item -> item(item.contact(), item.write()))
                        .toList());
        if (result instanceof BatchResult.Rejected && items.size() > 1) {
            // Which item was rejected, if any, shows when each is sent alone.
            items.forEach(item -> put(List.of(item), sent));
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            take(result, i, items.get(i), sent);
        }
    }

    private static void take(BatchResult result, int index, Delivered item, SendResult sent) {
        if (result instanceof BatchResult.Answered answered) {
            ItemResult answer = answered.items().get(index);
            if (!answer.saved()) {
                leaveOut(item, answer.message(), sent);
            }
        } else if (result instanceof BatchResult.Rejected rejected) {
            // A rejected call says nothing about this number, and the server's error may be transient.
            sent.move(
                    item,
                    new Outcome.Rejected(
                            item.write(),
                            item.contact().id(),
                            rejected.failure().with(NOT_WRITTEN)));
        } else if (result instanceof BatchResult.Unknown unknown) {
            sent.move(item, new Outcome.Unknown(item.write(), unknown.reason()));
        } else if (result instanceof BatchResult.Limited limited) {
            sent.move(item, new Outcome.NotSent(item.write(), NOT_WRITTEN + limited.reason()));
        } else if (result instanceof BatchResult.NotSent notSent) {
            sent.move(item, new Outcome.NotSent(item.write(), NOT_WRITTEN + notSent.reason()));
        }
    }

    private static void leaveOut(Delivered item, String message, SendResult sent) {
        sent.leaveOut(item, item.write().fields().smallNumbers().keySet(), NOT_WRITTEN + message);
    }

    /** Everything Mautic answered, with the numbers put in. */
    private Map<String, @Nullable Object> item(Contact contact, ContactWrite write) {
        Map<String, @Nullable Object> item = new LinkedHashMap<>();
        contact.values().forEach((alias, value) -> item.put(alias, schema.withZone(alias, value)));
        item.putAll(write.fields().smallNumbers());
        item.put("id", contact.id());
        return item;
    }

    /**
     * The answer to a creation tells what is stored. The answer to a change does not: with overwriteWithBlank Mautic
     * answers 0 for a number that is blank (seen on 5.1.0), so those contacts have to be read.
     */
    private static boolean unconfirmed(Delivered item) {
        return item.status() == 201
                ? !missing(item.write(), item.contact()).isEmpty()
                : !item.write().fields().smallNumbers().isEmpty();
    }

    /** The small numbers that the contact in Mautic's answer does not have. */
    static Map<String, Object> missing(ContactWrite write, Contact contact) {
        Map<String, Object> missing = new LinkedHashMap<>(write.fields().smallNumbers());
        missing.entrySet().removeIf(wanted -> {
            BigDecimal there = contact.number(wanted.getKey());
            return there != null
                    && there.compareTo(new BigDecimal(wanted.getValue().toString())) == 0;
        });
        return missing;
    }
}
