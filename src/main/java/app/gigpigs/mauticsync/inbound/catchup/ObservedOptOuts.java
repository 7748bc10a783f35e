package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.engagement.CrmAccess;
import app.gigpigs.mauticsync.inbound.engagement.EngagementTable;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier;
import app.gigpigs.mauticsync.inbound.engagement.EventSource;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.engagement.ReissuedKeys;
import app.gigpigs.mauticsync.inbound.event.DoNotContactChange;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
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
 * Do-not-contact entries that Mautic shows with every contact it answers: a no that a push meets holds at once, whatever
 * became of the webhook. Thread-safe.
 */
public final class ObservedOptOuts {
    private final Jdbi jdbi;
    private final EventApplier applier;
    private final InstantSource clock;
    private final EngagementTable engagement = new EngagementTable();
    private final ReissuedKeys keys = new ReissuedKeys();

    /** Writes to the given CRM. */
    public ObservedOptOuts(Jdbi jdbi, CrmAccess crm, InboundSettings settings, InstantSource clock) {
        this.jdbi = jdbi;
        this.applier = new EventApplier(crm, settings.bouncesUntilInvalid());
        this.clock = clock;
    }

    /** Applies the entries for e-mail that do not only repeat the CRM; each once, however often it is shown. */
    public void apply(Collection<Contact> contacts) {
        List<Event.Recorded> shown = new ArrayList<>();
        for (Contact contact : contacts) {
            for (DoNotContact entry : contact.doNotContact()) {
                boolean ours = DoNotContactComment.repeatsTheCrm(entry.comments());
                if (entry.channel().equals("email") && entry.id() > 0 && entry.reason() > 0 && !ours) {
                    shown.add(event(contact, entry));
                }
            }
        }
        if (shown.isEmpty()) {
            return;
        }
        jdbi.useTransaction(handle -> {
            Map<String, Event.Recorded> seen = new TreeMap<>();
            keys.own(handle, shown).forEach(event -> seen.put(event.key(), event));
            seen.keySet()
                    .removeAll(
                            engagement.times(handle, List.copyOf(seen.keySet())).keySet());
            seen.values().forEach(event -> applier.apply(handle, event, EventSource.ANSWER));
        });
    }

    /** Mautic's answer has no time for the entry; its table, read later, has. */
    private Event.Recorded event(Contact contact, DoNotContact entry) {
        String key = EventKeys.ofEntry(entry.id(), entry.reason());
        ContactRef ref = ContactDirectory.ref(contact);
        Map<String, Object> payload = Map.of("doNotContact", Map.of("id", entry.id(), "reason", entry.reason()));
        EventDetails about = new EventDetails(
                ref, null, clock.instant(), PostgresJson.write(new ObjectMapper().valueToTree(payload)));
        return entry.reason() == DoNotContactChange.BOUNCED
                ? new Event.BounceReport(key, about)
                : new Event.Unsubscribe(key, about);
    }
}
