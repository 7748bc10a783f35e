package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.engagement.EngagementTable;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier;
import app.gigpigs.mauticsync.inbound.engagement.EventSource;
import app.gigpigs.mauticsync.inbound.engagement.ReissuedKeys;
import app.gigpigs.mauticsync.inbound.event.DoNotContactEntry;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import app.gigpigs.mauticsync.inbound.event.EventKeys;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.DoNotContact;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;

/**
 * Applies the do-not-contact entries that Mautic returns with every contact. So an opt-out that a push finds takes effect
 * at once, even if its webhook was lost. Thread-safe.
 */
public final class ObservedOptOuts {
    private final Jdbi jdbi;
    private final EventApplier applier;
    private final InstantSource clock;
    private final EngagementTable engagement = new EngagementTable();
    private final ReissuedKeys keys = new ReissuedKeys();

    /** Writes to the given CRM. */
    public ObservedOptOuts(Jdbi jdbi, CrmAccess crm, InstantSource clock) {
        this.jdbi = jdbi;
        this.applier = new EventApplier(crm);
        this.clock = clock;
    }

    /** Applies the entries for e-mail that are not ours. Each is applied once. */
    public void apply(Collection<Contact> contacts) {
        List<Event.Recorded> observed = new ArrayList<>();
        for (Contact contact : contacts) {
            for (DoNotContact entry : contact.doNotContact()) {
                boolean ours = DoNotContactComment.isOurs(entry.comments());
                if (entry.channel().equals("email") && entry.id() > 0 && entry.reason() > 0 && !ours) {
                    observed.add(event(contact, entry));
                }
            }
        }
        if (observed.isEmpty()) {
            return;
        }
        jdbi.useTransaction(handle -> {
            Map<String, Event.Recorded> events = new TreeMap<>();
            keys.own(handle, observed).forEach(event -> events.put(event.key(), event));
            events.keySet()
                    .removeAll(engagement
                            .times(handle, List.copyOf(events.keySet()))
                            .keySet());
            events.values().forEach(event -> applier.apply(handle, event, EventSource.PUSH_RESPONSE));
        });
    }

    /** Mautic's response has no time for the entry. Its table has; catching up corrects the time. */
    private Event.Recorded event(Contact contact, DoNotContact entry) {
        String key = EventKeys.ofEntry(entry.id(), entry.reason());
        ContactRef ref = ContactDirectory.ref(contact);
        Map<String, Object> payload = Map.of("doNotContact", Map.of("id", entry.id(), "reason", entry.reason()));
        // The entry of an unsubscribe link names its mail.
        EmailRef mail = entry.emailId() == null ? null : new EmailRef(entry.emailId(), null, null);
        EventDetails about = new EventDetails(
                ref, mail, clock.instant(), PostgresJson.write(new ObjectMapper().valueToTree(payload)));
        return DoNotContactEntry.event(key, entry.reason(), entry.comments(), about);
    }
}
