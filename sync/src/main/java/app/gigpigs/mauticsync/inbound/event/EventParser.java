package app.gigpigs.mauticsync.inbound.event;

import static app.gigpigs.mauticsync.inbound.event.JsonValues.contactField;
import static app.gigpigs.mauticsync.inbound.event.JsonValues.id;
import static app.gigpigs.mauticsync.inbound.event.JsonValues.object;
import static app.gigpigs.mauticsync.inbound.event.JsonValues.text;
import static app.gigpigs.mauticsync.inbound.event.JsonValues.time;

import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a delivery. It knows the triggers that Mautic 4.4 to 7 sends: a click is a page hit, and an
 * unsubscribe or a bounce is a change of the subscription to a channel. It also reads the three triggers of the original
 * design, which no Mautic sends. Pure.
 */
public final class EventParser {
    /** Returned for a whole delivery. */
    public static final Event.Ignored TEST_PAYLOAD = new Event.Ignored("Mautic's test payload");

    private EventParser() {}

    /**
     * The events of a delivery, in its order.
     *
     * @param receivedAt the time of events that have none of their own
     * @throws IOException when the body is no JSON object; its message has no personal data
     */
    public static List<Event> parse(byte[] body, Instant receivedAt) throws IOException {
        JsonNode delivery = PostgresJson.read(body);
        if (isTestPayload(delivery)) {
            return List.of(TEST_PAYLOAD);
        }
        List<Event> events = new ArrayList<>();
        delivery.properties().forEach(trigger -> {
            JsonNode items = trigger.getValue();
            // PHP writes a list whose keys have gaps as an object. A single event may come without a list around it.
            boolean gaps = items.isObject() && items.properties().stream().allMatch(EventParser::numbered);
            if (items.isArray() || gaps) {
                items.forEach(item -> events.add(event(trigger.getKey(), item, receivedAt)));
            } else {
                events.add(event(trigger.getKey(), items, receivedAt));
            }
        });
        return events;
    }

    /**
     * The button "Send test payload" posts signed samples: contacts, e-mails and an opt-out. Their ids and addresses may
     * belong to real customers here. Only this payload has a timestamp beside the triggers.
     */
    private static boolean isTestPayload(JsonNode delivery) {
        return delivery.path("timestamp").isTextual();
    }

    private static boolean numbered(java.util.Map.Entry<String, JsonNode> field) {
        return field.getKey().matches("\\d+");
    }

    private static Event event(String trigger, JsonNode item, Instant receivedAt) {
        Item read = new Item(trigger.replaceFirst("^mautic\\.", ""), item, receivedAt);
        return switch (read.trigger) {
            case "email_on_open" -> open(read);
            case "page_on_hit" -> click(read);
            case "lead_channel_subscription_changed" -> DoNotContactChange.changed(read);
            case "lead_post_delete" -> deleted(read);
            case "lead_post_save_new", "lead_post_save_update" -> saved(read);
            case "email_on_click" -> designedClick(read);
            case "email_on_unsubscribe" -> DoNotContactChange.designedUnsubscribe(read);
            case "email_on_bounce" -> DoNotContactChange.designedBounce(read);
            default -> new Event.Ignored("a trigger that does not concern the CRM");
        };
    }

    private static Event open(Item item) {
        JsonNode stat = object(item.json.path("stat"), item.json);
        Long statId = id(stat.path("id"));
        if (statId == null) {
            return item.unreadable("stat.id");
        }
        Instant opened = item.firstTime(stat.path("lastOpened"), stat.path("dateRead"));
        return new Event.Open(statId, opened, item.details(opened, stat));
    }

    /** A page visit has no redirect and is no click, even if it followed an e-mail. Mautic 5.1 writes a redirect as []. */
    private static Event click(Item item) {
        JsonNode hit = object(item.json.path("hit"), item.json);
        String source = text(hit.path("source"));
        boolean fromEmail = id(hit.path("email").path("id")) != null && (source == null || source.equals("email"));
        boolean pageVisit = !hit.hasNonNull("redirect") || hit.path("page").isObject();
        return fromEmail && !pageVisit ? designedClick(item) : new Event.Ignored("a page visit");
    }

    private static Event designedClick(Item item) {
        JsonNode hit = object(item.json.path("hit"), item.json);
        Long hitId = id(hit.path("id"));
        if (hitId == null) {
            return item.unreadable("hit.id");
        }
        Instant at = item.firstTime(hit.path("dateHit"));
        return new Event.Click(hitId, text(hit.path("url")), item.details(at, hit));
    }

    private static Event deleted(Item item) {
        Long contactId = id(item.json.path("id"));
        if (contactId == null) {
            contactId = id(item.json.path("contact").path("id"));
        }
        if (contactId == null) {
            return item.unreadable("id");
        }
        ContactRef contact = contact(object(item.json.path("contact"), item.json));
        return new Event.ContactDeleted(
                contactId,
                item.details(item.firstTime(), new ContactRef(contactId, contact.supabaseId(), contact.email()), null));
    }

    private static Event saved(Item item) {
        JsonNode contact = object(item.json.path("contact"), item.json.path("lead"), item.json);
        ContactRef ref = contact(contact);
        boolean mailable = true;
        for (JsonNode entry : contact.path("doNotContact")) {
            String channel = text(entry.path("channel"));
            boolean forEmail = channel == null || channel.equals("email");
            mailable &= !forEmail || entry.path("reason").asInt() <= 0;
        }
        return ref.id() == null ? item.unreadable("contact.id") : new Event.ContactSaved(ref, mailable);
    }

    static ContactRef contact(JsonNode contact) {
        return new ContactRef(
                id(contact.path("id")),
                JsonValues.customer(contactField(contact, "supabase_id")),
                contactField(contact, "email"));
    }

    static @Nullable EmailRef email(JsonNode email) {
        Long id = id(email.isObject() ? email.path("id") : email);
        return id == null ? null : new EmailRef(id, text(email.path("name")), text(email.path("subject")));
    }

    /** One element of a trigger's list. */
    record Item(String trigger, JsonNode json, Instant receivedAt) {
        /** The event's own time, or else when Mautic queued it, or else when it was received. */
        Instant firstTime(JsonNode... candidates) {
            for (JsonNode candidate : candidates) {
                Instant time = time(candidate);
                if (time != null) {
                    return time;
                }
            }
            Instant queued = time(json.path("timestamp"));
            return queued == null ? receivedAt : queued;
        }

        Event unreadable(String missing) {
            return new Event.Unreadable(trigger + " without a usable " + missing);
        }

        /** The details from a stat or a hit, which name their contact and e-mail. */
        EventDetails details(Instant at, JsonNode about) {
            ContactRef lead = contact(object(about.path("lead"), json.path("contact"), json.path("lead")));
            String sentTo = text(about.path("emailAddress"));
            Long leadId = lead.id() == null ? id(about.path("lead")) : lead.id();
            return details(
                    at,
                    new ContactRef(leadId, lead.supabaseId(), lead.email() == null ? sentTo : lead.email()),
                    email(about.path("email")));
        }

        EventDetails details(Instant at, ContactRef contact, @Nullable EmailRef email) {
            return new EventDetails(contact, email, at, PayloadFilter.of(json));
        }
    }
}
