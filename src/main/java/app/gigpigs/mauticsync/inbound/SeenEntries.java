package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.contact.OwnMark;
import app.gigpigs.mauticsync.inbound.Circumstances.ContactRef;
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
public final class SeenEntries {
    private final Jdbi jdbi;
    private final EventApplier applier;
    private final InstantSource clock;
    private final EngagementTable engagement = new EngagementTable();
    private final EntryKeys keys = new EntryKeys();

    /** Writes to the given CRM. */
    public SeenEntries(Jdbi jdbi, CrmSide crm, InboundSettings settings, InstantSource clock) {
        this.jdbi = jdbi;
        this.applier = new EventApplier(crm, settings.bouncesUntilInvalid());
        this.clock = clock;
    }

    /** Applies the entries for e-mail that do not only repeat the CRM; each once, however often it is shown. */
    public void apply(Collection<Contact> contacts) {
        List<Event.Recorded> shown = new ArrayList<>();
        for (Contact contact : contacts) {
            for (DoNotContact entry : contact.doNotContact()) {
                boolean ours = OwnMark.repeatsTheCrm(entry.comments());
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
            seen.values().forEach(event -> applier.apply(handle, event, Source.ANSWER));
        });
    }

    /** Mautic's answer has no time for the entry; its table, read later, has. */
    private Event.Recorded event(Contact contact, DoNotContact entry) {
        String key = EventKeys.ofEntry(entry.id(), entry.reason());
        ContactRef ref = ContactRefs.ref(contact);
        Map<String, Object> payload = Map.of("doNotContact", Map.of("id", entry.id(), "reason", entry.reason()));
        Circumstances about = new Circumstances(
                ref, null, clock.instant(), StorableJson.write(new ObjectMapper().valueToTree(payload)));
        return entry.reason() == Subscription.BOUNCED
                ? new Event.BounceReport(key, about)
                : new Event.Unsubscribe(key, about);
    }
}
