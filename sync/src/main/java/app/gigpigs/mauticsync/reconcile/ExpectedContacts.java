package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.ContactFields;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.state.LinkedCustomers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the contacts of linked customers should hold, as the sender itself prepares it. */
final class ExpectedContacts {
    private final CustomerReader source;
    private final PayloadBuilder payloads;
    private final SentValues sent;

    ExpectedContacts(CustomerReader source, PayloadBuilder payloads, SentValues sent) {
        this.source = source;
        this.payloads = payloads;
        this.sent = sent;
    }

    /**
     * A linked customer.
     *
     * @param optedOut opted out in the CRM now
     * @param write what its contact was sent; null when the customer changed since, or is not sent any more
     */
    record Linked(
            LinkedCustomers.Row row,
            boolean optedOut,
            @Nullable ContactWrite write) {}

    List<Linked> of(List<LinkedCustomers.Row> page) {
        List<CustomerId> ids = page.stream().map(LinkedCustomers.Row::customer).toList();
        Map<CustomerId, SourceRow> rows = new HashMap<>();
        source.read(ids).forEach(row -> rows.put(row.customer().id(), row));
        Map<CustomerId, Map<String, String>> before = sent.of(ids);
        List<Linked> expected = new ArrayList<>();
        for (LinkedCustomers.Row one : page) {
            SourceRow row = rows.get(one.customer());
            ContactWrite now = row == null ? null : payloads.write(row);
            boolean optedOut = one.optedOut() || (now != null && now.fields().optedOut());
            ContactWrite asLastSent = row == null ? null : asLastSent(row, one.hash());
            expected.add(new Linked(
                    one,
                    optedOut || (asLastSent != null && asLastSent.fields().optedOut()),
                    asLastSent == null ? null : asSent(asLastSent, before.get(one.customer()))));
        }
        return expected;
    }

    /** The hash tells what was last sent, also an opt-out of another customer with the same address. */
    private @Nullable ContactWrite asLastSent(SourceRow row, @Nullable String hash) {
        if (row.customer().hash().equals(hash)) {
            return payloads.write(row);
        }
        SourceRow optedOut = payloads.withSharedOptOut(row);
        return optedOut.customer().hash().equals(hash) ? payloads.write(optedOut) : null;
    }

    /** Without the values that Mautic rejected then: they were left out with a warning, and are no drift. */
    private static ContactWrite asSent(ContactWrite write, @Nullable Map<String, String> before) {
        if (before == null) {
            return write;
        }
        Set<String> leftOut = new HashSet<>();
        write.fields().values().forEach((alias, value) -> {
            if (value != null && !before.containsKey(alias)) {
                leftOut.add(alias);
            }
        });
        return leftOut.isEmpty()
                ? write
                : write.with(new ContactFields(
                        write.fields().without(leftOut, "left out").values(),
                        write.fields().warnings()));
    }
}
