package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.ContactFields;
import app.gigpigs.mauticsync.mapping.Customer;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes earlier values back to contacts, a batch at a time. */
final class ValueRestore {
    private final Mautic mautic;
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
        this.mautic = mautic;
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

    /**
     * Restores those that no other write is running for.
     *
     * @param addresses of all that the run overwrote
     */
    Result restore(List<Kept> batch, UndoneAddresses addresses) {
        Result result = new Result(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Set<CustomerId> marked = inFlight.begin(
                batch.stream().map(this::write).map(ContactWrite::row).toList());
        List<Kept> ready = ready(
                batch.stream().filter(one -> marked.contains(one.customer())).toList(), addresses, result);
        release(addresses.toRelease(ready.stream().map(Kept::customer).toList()));
        SendResult sent = sender.edit(ready.stream().map(this::write).toList());
        smallNumbers.write(sent);
        Set<CustomerId> saved =
                sent.delivered.stream().map(item -> item.write().customer()).collect(Collectors.toSet());
        ready.stream().filter(one -> saved.contains(one.customer())).forEach(result.restored()::add);
        sent.outcomes.forEach(outcome -> result.add(outcome.customer(), message(outcome)));
        sent.missing.forEach(
                write -> result.add(write.customer(), "contact " + write.contactId() + " was deleted in Mautic"));
        sent.conflicts.forEach(conflict -> result.add(conflict.write().customer(), conflict.message()));
        return result;
    }

    /** A contact that was merged leads to another customer's in Mautic 7, and an id may have been given to a new person. */
    private List<Kept> ready(List<Kept> batch, UndoneAddresses addresses, Result result) {
        Map<Long, Contact> there = mautic
                .contacts()
                .withIds(batch.stream().map(Kept::contactId).toList())
                .stream()
                .collect(Collectors.toMap(Contact::id, contact -> contact, (one, same) -> one));
        List<Kept> ready = new ArrayList<>();
        for (Kept one : batch) {
            Optional<String> rejection = identity(one, there.get(one.contactId()));
            rejection = rejection.isPresent() ? rejection : addresses.rejection(one.customer());
            rejection.ifPresentOrElse(why -> result.add(one.customer(), why), () -> ready.add(one));
        }
        return ready;
    }

    private static Optional<String> identity(Kept kept, @Nullable Contact contact) {
        if (contact == null) {
            return Optional.of("contact " + kept.contactId() + " was deleted or merged in Mautic");
        }
        return kept.customer().toString().equalsIgnoreCase(contact.text(FieldMap.SUPABASE_ID))
                ? Optional.empty()
                : Optional.of("contact " + kept.contactId() + " does not have this customer's supabase_id any more");
    }

    /** Should this process die now, the customers of these contacts are sent again by the next run. */
    private void release(Set<Long> contacts) {
        if (contacts.isEmpty()) {
            return;
        }
        inFlight.resend(contacts);
        sender.blank(contacts.stream().collect(Collectors.toMap(contact -> contact, contact -> List.of("email"))));
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
