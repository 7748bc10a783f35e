package app.gigpigs.mauticsync.inbound.event;

import static app.gigpigs.mauticsync.inbound.event.JsonValues.id;
import static app.gigpigs.mauticsync.inbound.event.JsonValues.object;
import static app.gigpigs.mauticsync.inbound.event.JsonValues.text;

import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import app.gigpigs.mauticsync.inbound.event.EventParser.Item;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a contact's do-not-contact entry for e-mail. They look the same whether they come from an unsubscribe link,
 * a one-click unsubscribe, a person in Mautic or the API. {@code old_status} is wrong for some changes, so it is not
 * used. Pure.
 */
public final class DoNotContactChange {
    static final int UNSUBSCRIBED = 1;
    public static final int BOUNCED = 2;
    static final int MANUAL = 3;

    private DoNotContactChange() {}

    static Event changed(Item item) {
        String channel = text(item.json().path("channel"));
        if (channel != null && !channel.equals("email")) {
            return new Event.Ignored("another channel");
        }
        String status = text(item.json().path("new_status"));
        return switch (status == null ? "" : status) {
            case "contactable" -> resubscribed(item);
            case "bounced" -> told(item, entry(item, BOUNCED), BOUNCED);
            case "unsubscribed" -> told(item, entry(item, UNSUBSCRIBED), UNSUBSCRIBED);
            case "manual" -> told(item, entry(item, MANUAL), MANUAL);
            default -> byEntry(item);
        };
    }

    /** What an entry says, by its reason: 1 is the person's own, all others are set by somebody. */
    public static Reason reason(long entryReason) {
        return entryReason == UNSUBSCRIBED ? Reason.UNSUBSCRIBED : Reason.MANUAL;
    }

    /** A status this program does not know. The entry decides: any entry with a reason means do-not-contact. */
    private static Event byEntry(Item item) {
        JsonNode entry = entry(item, 0);
        int reason = entry.path("reason").asInt();
        if (reason <= 0) {
            return item.unreadable("new_status");
        }
        return told(item, entry, reason);
    }

    private static Event told(Item item, JsonNode entry, int reason) {
        if (DoNotContactComment.isOurs(text(entry.path("comments")))) {
            return new Event.Ignored("our own do-not-contact entry, reported back");
        }
        EventDetails about = about(item, entry);
        String key = key(entry, reason, about);
        return about.contact().named()
                ? DoNotContactEntry.event(key, reason, text(entry.path("comments")), about)
                : item.unreadable("contact");
    }

    /** There is no entry any more whose id could be used. The time when it was queued stays the same when it is resent. */
    private static Event resubscribed(Item item) {
        EventDetails about = about(item, object());
        String key = "resubscribe:" + person(about) + ":" + about.occurredAt().getEpochSecond();
        return about.contact().named() ? new Event.Resubscribe(key, about) : item.unreadable("contact");
    }

    static Event designedUnsubscribe(Item item) {
        EventDetails email = email(item);
        if (email == null) {
            return told(item, entry(item, UNSUBSCRIBED), UNSUBSCRIBED);
        }
        return new Event.Unsubscribe("unsubscribe:" + id(stat(item).path("id")), Reason.UNSUBSCRIBED, email);
    }

    static Event designedBounce(Item item) {
        EventDetails email = email(item);
        Long statId = id(stat(item).path("id"));
        return email == null || statId == null
                ? told(item, entry(item, BOUNCED), BOUNCED)
                : new Event.Bounce(statId, email);
    }

    private static JsonNode stat(Item item) {
        return item.json().path("stat");
    }

    /** The events of the original design may be about an e-mail, as an open is; null when they are not. */
    private static @Nullable EventDetails email(Item item) {
        if (id(stat(item).path("id")) == null) {
            return null;
        }
        EventDetails email = item.details(item.firstTime(), stat(item));
        return email.contact().named() ? email : null;
    }

    private static EventDetails about(Item item, JsonNode entry) {
        JsonNode json = item.json();
        ContactRef contact = EventParser.contact(object(json.path("contact"), json.path("lead"), json));
        Instant at = item.firstTime(entry.path("dateAdded"));
        Long emailId = id(entry.path("channelId"));
        EmailRef named = EventParser.email(json.path("email"));
        EmailRef email = emailId == null ? named : new EmailRef(emailId, null, null);
        return item.details(at, contact, named != null && named.id() == nullToZero(emailId) ? named : email);
    }

    private static long nullToZero(@Nullable Long id) {
        return id == null ? 0 : id;
    }

    /** The key that the row of lead_donotcontact has, if Mautic sends its id. */
    private static String key(JsonNode entry, int reason, EventDetails about) {
        Long id = id(entry.path("id"));
        return id == null
                ? "dnc-of:" + person(about) + ":" + reason + ":"
                        + about.occurredAt().getEpochSecond()
                : EventKeys.ofEntry(id, reason);
    }

    private static String person(EventDetails about) {
        ContactRef contact = about.contact();
        if (contact.id() != null) {
            return contact.id().toString();
        }
        // A key must not contain an address.
        String name = contact.supabaseId() + " " + contact.email();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** The contact's entry for e-mail with this reason; 0 means any reason. */
    private static JsonNode entry(Item item, int reason) {
        JsonNode contact = object(item.json().path("contact"), item.json().path("lead"), item.json());
        for (JsonNode entry : contact.path("doNotContact")) {
            String channel = text(entry.path("channel"));
            boolean forEmail = channel == null || channel.equals("email");
            if (forEmail && (reason == 0 || entry.path("reason").asInt() == reason)) {
                return entry;
            }
        }
        return object();
    }
}
