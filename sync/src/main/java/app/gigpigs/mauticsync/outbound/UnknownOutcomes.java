package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.diff.SourceRow.SentAs;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes of unknown outcome: the answer was lost, or a process was killed after it sent a batch. Sent at once, the same
 * items would become duplicates (seen on 5.1.0). Such a write is over as soon as its contact shows it; until then, and for
 * as long as Mautic may be working on it, its customer is left to a later run, and holds up nobody else.
 */
final class UnknownOutcomes {
    private static final Logger log = LoggerFactory.getLogger(UnknownOutcomes.class);
    private static final int AT_ONCE = 200;

    private final Mautic mautic;
    private final CustomerReader customers;
    private final PayloadBuilder payloads;
    private final InFlightWrites inFlight;

    UnknownOutcomes(Mautic mautic, CustomerReader customers, PayloadBuilder payloads, InFlightWrites inFlight) {
        this.mautic = mautic;
        this.customers = customers;
        this.payloads = payloads;
        this.inFlight = inFlight;
    }

    /** Looks the writes up; the customers of those that Mautic shows may be sent again, which finishes what followed. */
    void lookUp() {
        Map<CustomerId, SentAs> running = inFlight.running();
        List<CustomerId> all = List.copyOf(running.keySet());
        int seen = 0;
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<CustomerId> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            List<CustomerId> over = over(read(some), running);
            inFlight.release(over);
            seen += over.size();
        }
        if (!all.isEmpty()) {
            log.info("{} writes had an unknown outcome: Mautic shows {} of them", all.size(), seen);
        }
    }

    /** Looks them up once more; answers whether there are customers whose write is over, and who were not sent since. */
    boolean lookUpAnyOver() {
        lookUp();
        return inFlight.anyOver();
    }

    /** Those whose contact shows the write. What changed in the CRM since then was not sent, and cannot be compared. */
    private List<CustomerId> over(List<SourceRow> rows, Map<CustomerId, SentAs> running) {
        Map<String, Contact> contacts = contacts(rows);
        List<CustomerId> over = new ArrayList<>();
        for (SourceRow row : rows) {
            CustomerId customer = row.customer().id();
            Contact contact = contacts.get(customer.toString());
            if (contact != null && row.sentAs().equals(running.get(customer)) && shows(contact, payloads.write(row))) {
                over.add(customer);
            }
        }
        return over;
    }

    /** None when the view fails for one of them: the time that Mautic may need passes, and the run that sends them says why. */
    private List<SourceRow> read(List<CustomerId> some) {
        try {
            return customers.read(some);
        } catch (JdbiException e) {
            if (RowRejection.of(e).isEmpty()) {
                throw e;
            }
            return List.of();
        }
    }

    private Map<String, Contact> contacts(List<SourceRow> rows) {
        Map<String, Contact> contacts = new HashMap<>();
        mautic.contacts()
                .withValues(
                        FieldMap.SUPABASE_ID,
                        rows.stream().map(row -> row.customer().id().toString()).toList())
                .forEach(contact -> contacts.put(String.valueOf(contact.text(FieldMap.SUPABASE_ID)), contact));
        return contacts;
    }

    /**
     * A contact of a customer that had none was made by the write, and only then has its id. One that was there before
     * shows the write by its values. In both, do-not-contact is the last that Mautic stores of an item.
     */
    private static boolean shows(Contact contact, ContactWrite write) {
        boolean optedOutToo = write.consent().mailable() || !contact.mailable();
        return optedOutToo
                && (write.contactId() == null
                        || ContactComparison.fields(write, contact).isEmpty());
    }
}
