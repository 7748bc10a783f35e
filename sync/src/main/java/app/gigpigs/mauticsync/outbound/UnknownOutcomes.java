package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import app.gigpigs.mauticsync.outbound.state.InFlightWrites;
import app.gigpigs.mauticsync.outbound.state.RunningWrite;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes of unknown outcome: the answer was lost, or a process was killed after it sent a batch. Sent at once, the same
 * items would become duplicates (seen on 5.1.0). Such a write is over as soon as its contact shows it, or that of a later
 * item of the same call, since Mautic saves one after the other (seen on 5.1.0 and 7.0.0). Until then, and for as long as
 * Mautic may be working on it, its customer is left to a later run, and holds up nobody else.
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

    /** Looks the writes up; the customers of those that are over may be sent again, which finishes what followed. */
    void lookUp() {
        List<RunningWrite> running = inFlight.running();
        if (running.isEmpty()) {
            return;
        }
        Set<RunningWrite> shown = shown(running);
        Map<UUID, Integer> reached = reached(shown);
        List<CustomerId> over = running.stream()
                .filter(write -> write.call() == null || shown.contains(write) || wasPassed(write, reached))
                .map(RunningWrite::customer)
                .toList();
        inFlight.release(over);
        log.info("{} writes had an unknown outcome: {} of them are over", running.size(), over.size());
    }

    /** Looks them up once more; answers whether there are customers whose write is over, and who were not sent since. */
    boolean lookUpAnyOver() {
        lookUp();
        return inFlight.anyOver();
    }

    /** Those whose contact shows the write. What changed in the CRM since then was not sent, and cannot be compared. */
    private Set<RunningWrite> shown(List<RunningWrite> running) {
        Set<RunningWrite> shown = new HashSet<>();
        for (int from = 0; from < running.size(); from += AT_ONCE) {
            List<RunningWrite> some = running.subList(from, Math.min(running.size(), from + AT_ONCE));
            Map<CustomerId, SourceRow> rows = read(some);
            Map<String, Contact> contacts = contacts(some);
            for (RunningWrite write : some) {
                SourceRow row = rows.get(write.customer());
                Contact contact = contacts.get(write.customer().toString());
                if (row != null
                        && contact != null
                        && row.sentAs().equals(write.as())
                        && shows(contact, payloads.write(row), write)) {
                    shown.add(write);
                }
            }
        }
        return shown;
    }

    /** None when the view fails for one of them: the time that Mautic may need passes, and the run that sends them says why. */
    private Map<CustomerId, SourceRow> read(List<RunningWrite> some) {
        try {
            return customers.read(some.stream().map(RunningWrite::customer).toList()).stream()
                    .collect(Collectors.toMap(row -> row.customer().id(), Function.identity()));
        } catch (JdbiException e) {
            if (RowRejection.of(e).isEmpty()) {
                throw e;
            }
            return Map.of();
        }
    }

    private Map<String, Contact> contacts(List<RunningWrite> some) {
        Map<String, Contact> contacts = new HashMap<>();
        mautic.contacts()
                .withValues(
                        FieldMap.SUPABASE_ID,
                        some.stream().map(write -> write.customer().toString()).toList())
                .forEach(contact -> contacts.put(String.valueOf(contact.text(FieldMap.SUPABASE_ID)), contact));
        return contacts;
    }

    /**
     * A customer whose contact is to be created had none, so a contact with its id is the proof. A contact that is changed
     * shows the write by its values. Do-not-contact is the last that Mautic stores of an item.
     */
    private static boolean shows(Contact contact, ContactWrite write, RunningWrite running) {
        boolean optedOutToo = write.consent().mailable() || !contact.mailable();
        return optedOutToo
                && (running.creates()
                        || ContactComparison.fields(write, contact).isEmpty());
    }

    /** How far each call that creates contacts has come at least. */
    private static Map<UUID, Integer> reached(Set<RunningWrite> shown) {
        Map<UUID, Integer> reached = new HashMap<>();
        for (RunningWrite write : shown) {
            UUID call = write.call();
            Integer position = write.position();
            if (call != null && position != null) {
                reached.merge(call, position, Math::max);
            }
        }
        return reached;
    }

    /** Whether Mautic went on to a later item, after it saved or rejected this one. */
    private static boolean wasPassed(RunningWrite write, Map<UUID, Integer> reached) {
        UUID call = write.call();
        Integer position = write.position();
        return call != null && position != null && position <= reached.getOrDefault(call, 0);
    }
}
