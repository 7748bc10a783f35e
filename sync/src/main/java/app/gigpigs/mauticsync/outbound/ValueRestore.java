package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.ContactFields;
import app.gigpigs.mauticsync.mapping.Customer;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.batch.BatchSender;
import app.gigpigs.mauticsync.outbound.batch.SendResult;
import app.gigpigs.mauticsync.outbound.batch.SmallNumberWriter;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import app.gigpigs.mauticsync.outbound.state.Outcome;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues.Kept;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes earlier values back to contacts, a batch at a time. */
final class ValueRestore {
    private final BatchSender sender;
    private final SmallNumberWriter smallNumbers;
    private final TargetSchema schema;
    private final InFlightWrites inFlight;
    private final Function<String, Consent> consents;

    /** @param consents whether an address that is put back may be mailed */
    ValueRestore(
            Mautic mautic,
            TargetSchema schema,
            BatchSender sender,
            InFlightWrites inFlight,
            Function<String, Consent> consents) {
        this.consents = consents;
        this.sender = sender;
        this.smallNumbers = new SmallNumberWriter(mautic, schema, inFlight);
        this.schema = schema;
        this.inFlight = inFlight;
    }

    /**
     * What became of a batch.
     *
     * @param restored contacts that have their earlier values again
     * @param rejections why others do not
     * @param open customers whose write may still be running
     */
    record Result(List<Kept> restored, List<String> rejections, List<CustomerId> open) {
        private void add(CustomerId customer, String message) {
            rejections.add("customer " + customer + ": " + message);
            open.add(customer);
        }
    }

    /** Restores those that no other write is running for. */
    Result restore(List<Kept> batch) {
        List<ContactWrite> writes = batch.stream().map(this::write).toList();
        Set<CustomerId> marked =
                inFlight.begin(writes.stream().map(ContactWrite::row).toList());
        SendResult sent = sender.correct(writes.stream()
                .filter(write -> marked.contains(write.customer()))
                .toList());
        smallNumbers.write(sent);
        Set<CustomerId> saved =
                sent.delivered.stream().map(item -> item.write().customer()).collect(Collectors.toSet());
        Result result = new Result(
                batch.stream().filter(one -> saved.contains(one.customer())).toList(),
                new ArrayList<>(),
                new ArrayList<>());
        sent.outcomes.forEach(outcome -> result.add(outcome.customer(), message(outcome)));
        sent.missing.forEach(
                write -> result.add(write.customer(), "contact " + write.contactId() + " was deleted in Mautic"));
        sent.conflicts.forEach(conflict -> result.add(conflict.write().customer(), conflict.message()));
        return result;
    }

    private Consent consent(@Nullable Object email) {
        return email == null ? Consent.MAILABLE : consents.apply(email.toString());
    }

    private static String message(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return rejected.failure().message();
        }
        if (outcome instanceof Outcome.Unknown unknown) {
            return "outcome unknown: " + unknown.reason();
        }
        return outcome instanceof Outcome.NotSent notSent
                ? "not sent: " + notSent.reason()
                : outcome.getClass().getSimpleName();
    }

    private ContactWrite write(Kept kept) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        kept.fields().forEach((alias, value) -> values.put(alias, value(alias, value)));
        if (!kept.matched() && values.get("email") == null) {
            // The address of a linked contact was released for a moment only; without one it could not be mailed.
            values.remove("email");
        }
        SourceRow row = new SourceRow(
                new Customer(kept.customer(), "", Map.of(), List.of()),
                0,
                kept.contactId(),
                consent(values.get("email")),
                new SourceRow.LastTime(List.of(), false, 0, null));
        return new ContactWrite(
                row, new ContactFields(values, List.of()), Set.of(), kept.contactId(), ContactWrite.Origin.KNOWN);
    }

    private @Nullable Object value(String alias, @Nullable Object value) {
        if (value instanceof Number number) {
            return new BigDecimal(number.toString());
        }
        return value == null || value.toString().isEmpty() ? null : schema.withZone(alias, value);
    }
}
