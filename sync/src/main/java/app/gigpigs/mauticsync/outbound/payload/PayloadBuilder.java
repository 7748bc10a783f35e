package app.gigpigs.mauticsync.outbound.payload;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.ContactFields;
import app.gigpigs.mauticsync.mapping.Customer;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads a batch of customers from the CRM and builds what Mautic is sent. */
public final class PayloadBuilder {
    private final CustomerReader source;
    private final Mapping mapping;
    private final TargetSchema schema;

    public PayloadBuilder(CustomerReader source, Mapping mapping, TargetSchema schema) {
        this.source = source;
        this.mapping = mapping;
        this.schema = schema;
    }

    /** The writes of a batch; a customer that left the view or changed its address since the diff is not among them. */
    public List<ContactWrite> of(List<Push> batch) {
        Map<CustomerId, Push> pushes = batch.stream().collect(Collectors.toMap(Push::customer, Function.identity()));
        List<ContactWrite> writes = new ArrayList<>();
        for (SourceRow row : source.read(pushes.keySet())) {
            Push push = Objects.requireNonNull(pushes.get(row.customer().id()));
            // The owner was decided for another address; the next run decides again.
            if (row.emailHash() == push.emailHash()) {
                // What the diff saw of other customers with the address; the row itself was read again just now.
                writes.add(write(row.consent().mailable() ? row.with(push.consent()) : row));
            }
        }
        return writes;
    }

    /** The same writes, with what the ledger says by now against their addresses. */
    public List<ContactWrite> decideAgain(Collection<ContactWrite> writes) {
        Map<CustomerId, SourceRow> now = source
                .read(writes.stream().map(ContactWrite::customer).toList())
                .stream()
                .collect(Collectors.toMap(row -> row.customer().id(), Function.identity()));
        return writes.stream()
                .map(write -> {
                    SourceRow row = now.get(write.customer());
                    return row == null || row.consent().mailable() ? write : decided(write, row.consent());
                })
                .toList();
    }

    private ContactWrite decided(ContactWrite write, Consent consent) {
        ContactWrite anew = write(write.row().with(consent));
        return new ContactWrite(anew.row(), anew.fields(), anew.segments(), write.contactId(), write.origin());
    }

    /** What a customer's contact should hold, changed or not. */
    public ContactWrite write(SourceRow row) {
        Customer customer = row.consent().optedOut()
                ? row.customer().with(mapping.fields().column(FieldMap.MARKETING_OPT_IN), "false")
                : row.customer();
        ContactFields fields = ContactFields.of(customer, mapping.fields(), schema.rules());
        List<String> names = row.customer().segments();
        for (String unknown : mapping.segments().unknown(names)) {
            fields = fields.withWarning("no Mautic segment for \"" + unknown + "\"");
        }
        return new ContactWrite(
                row, fields, mapping.segments().known(names), row.contactId(), ContactWrite.Origin.KNOWN);
    }
}
