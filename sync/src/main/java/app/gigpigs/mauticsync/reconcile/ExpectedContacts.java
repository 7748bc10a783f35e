package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mapping.ContactFields;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.state.LinkedCustomers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What the contacts of linked customers should hold, as the sender itself prepares it. */
final class ExpectedContacts {
    private final Jdbi jdbi;
    private final CustomerReader source;
    private final PayloadBuilder payloads;
    private final SentValues sent;
    private final AddressConsent consents;

    ExpectedContacts(Jdbi jdbi, Mapping mapping, TargetSchema schema) {
        this.jdbi = jdbi;
        this.source = new CustomerReader(jdbi, mapping);
        this.payloads = new PayloadBuilder(source, mapping, schema);
        this.sent = new SentValues(jdbi);
        this.consents = new AddressConsent(mapping.crm(), mapping.consent());
    }

    /**
     * A linked customer.
     *
     * @param consent whether its contact may be mailed now
     * @param write what its contact was sent; null when the customer changed since, or is not sent any more
     */
    record Linked(
            LinkedCustomers.Row row,
            Consent consent,
            @Nullable ContactWrite write) {}

    List<Linked> of(List<LinkedCustomers.Row> page) {
        List<CustomerId> ids = page.stream().map(LinkedCustomers.Row::customer).toList();
        Map<CustomerId, SourceRow> rows = new HashMap<>();
        source.read(ids).forEach(row -> rows.put(row.customer().id(), row));
        Map<CustomerId, Map<String, String>> before = sent.of(ids);
        Map<String, Consent> ofSent = ofSent(page);
        List<Linked> expected = new ArrayList<>();
        for (LinkedCustomers.Row one : page) {
            SourceRow row = rows.get(one.customer());
            ContactWrite write = row != null && row.sentAs().equals(one.sent()) ? payloads.write(row) : null;
            expected.add(new Linked(
                    one, consent(one, row, ofSent), write == null ? null : asSent(write, before.get(one.customer()))));
        }
        return expected;
    }

    /** Of the address that Mautic was sent last, and of the one that the customer has now. */
    private static Consent consent(LinkedCustomers.Row linked, @Nullable SourceRow row, Map<String, Consent> ofSent) {
        if (row != null && !row.consent().mailable()) {
            return row.consent();
        }
        if (linked.optedOut()) {
            return Consent.OPTED_OUT;
        }
        return linked.email() == null
                ? Consent.MAILABLE
                : ofSent.getOrDefault(EmailAddress.normal(linked.email()), Consent.MAILABLE);
    }

    private Map<String, Consent> ofSent(List<LinkedCustomers.Row> page) {
        return jdbi.withHandle(handle -> consents.of(
                handle,
                page.stream()
                        .map(LinkedCustomers.Row::email)
                        .filter(Objects::nonNull)
                        .map(Objects::requireNonNull)
                        .toList()));
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
