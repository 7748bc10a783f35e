package app.gigpigs.mauticsync.inbound.event;

import static app.gigpigs.mauticsync.inbound.event.JsonValues.id;
import static app.gigpigs.mauticsync.inbound.event.JsonValues.text;
import static app.gigpigs.mauticsync.inbound.event.JsonValues.time;

import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the events of a stored message of Amazon SES, which has one item for each recipient. Pure. */
public final class SesParser {
    private static final Pattern WITH_NAME = Pattern.compile("(?s).*<([^<>]+)>\\s*");
    /** The link that Mautic writes into each mail; it ends in the id of Mautic's row of the mail. */
    private static final Pattern UNSUBSCRIBE_LINK =
            Pattern.compile("/email/unsubscribe/([0-9A-Za-z]{10,64})(?![0-9A-Za-z])");

    private SesParser() {}

    /**
     * The events of a message.
     *
     * @param receivedAt the time of events that have none of their own
     * @throws IOException when the body is no JSON object; its message has no personal data
     */
    public static List<Event> parse(byte[] body, Instant receivedAt) throws IOException {
        List<Event> events = new ArrayList<>();
        PostgresJson.read(body)
                .properties()
                .forEach(kind ->
                        kind.getValue().forEach(item -> events.add(event(kind.getKey(), new Item(item, receivedAt)))));
        return events;
    }

    private static Event event(String kind, Item item) {
        return switch (kind) {
            case "Bounce" -> item.readable() ? bounce(item) : new Event.Unreadable("a bounce without recipient or ids");
            case "Complaint" ->
                item.readable() ? complaint(item) : new Event.Unreadable("a complaint without recipient or ids");
            case "Subscription" ->
                item.readable() ? subscription(item) : new Event.Unreadable("a subscription without recipient or ids");
            default -> new Event.Ignored("a message about the subscription of the topic");
        };
    }

    private static Event bounce(Item item) {
        return new Event.SesBounce(item.key("ses"), severity(item.about()), item.mail(), item.details());
    }

    /**
     * Of the transient ones only a full mailbox says something about the address: replies of people on holiday arrive as
     * Transient/General, and a rejected attachment or content is the mail's fault.
     */
    private static BounceSeverity severity(JsonNode bounce) {
        String type = word(bounce.path("bounceType"));
        if (type.equals("permanent")) {
            return BounceSeverity.PERMANENT;
        }
        return type.equals("transient") && word(bounce.path("bounceSubType")).equals("mailboxfull")
                ? BounceSeverity.COUNTED
                : BounceSeverity.RECORDED;
    }

    /** Some providers also report that a person took a mail out of the spam folder. */
    private static Event complaint(Item item) {
        return word(item.about().path("complaintFeedbackType")).equals("not-spam")
                ? new Event.Ignored("a person says that the mail is not spam")
                : new Event.Complaint(item.key("ses"), item.details());
    }

    /** The unsubscribe link that SES itself adds to mails. To leave one list of several is no opt-out of all mail. */
    private static Event subscription(Item item) {
        return item.about().path("newTopicPreferences").path("unsubscribeAll").asBoolean()
                ? new Event.Unsubscribe(item.key("ses-unsubscribe"), Reason.UNSUBSCRIBED, item.details())
                : new Event.Ignored("a choice of topics");
    }

    private static String word(JsonNode node) {
        return node.asText().strip().toLowerCase(Locale.ROOT);
    }

    /** One recipient. */
    private record Item(JsonNode json, Instant receivedAt) {
        boolean readable() {
            return address() != null && (text(about().path("feedbackId")) != null || messageId() != null);
        }

        JsonNode about() {
            return json.path("about");
        }

        private @Nullable String messageId() {
            return text(json.path("mail").path("messageId"));
        }

        /** SES may repeat the recipient as the mail had it: with a name. */
        private @Nullable String address() {
            JsonNode recipient = json.path("recipient");
            String written = text(recipient.isObject() ? recipient.path("emailAddress") : recipient);
            Matcher named = WITH_NAME.matcher(written == null ? "" : written);
            String address = named.matches() ? named.group(1) : written;
            return address == null || address.indexOf('@') < 1 ? null : address.strip();
        }

        /** One event for each recipient, whichever message tells of it. A key must not contain an address. */
        String key(String prefix) {
            String feedback = text(about().path("feedbackId"));
            byte[] address = String.valueOf(address()).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
            return prefix + ":" + (feedback == null ? messageId() : feedback) + ":" + UUID.nameUUIDFromBytes(address);
        }

        SentMail mail() {
            String link = header("list-unsubscribe");
            Matcher hash = UNSUBSCRIBE_LINK.matcher(link == null ? "" : link);
            return new SentMail(
                    messageId(),
                    hash.find() ? hash.group(1) : null,
                    time(json.path("mail").path("timestamp")));
        }

        EventDetails details() {
            Instant at = time(about().path("timestamp"));
            String emailId = header("x-email-id");
            Long email = emailId == null ? null : id(emailId.strip());
            return new EventDetails(
                    new ContactRef(null, null, address()),
                    email == null ? null : new EmailRef(email, null, null),
                    at == null ? receivedAt : at,
                    PayloadFilter.of(json));
        }

        private @Nullable String header(String name) {
            for (JsonNode header : json.path("mail").path("headers")) {
                if (word(header.path("name")).equals(name)) {
                    return text(header.path("value"));
                }
            }
            return null;
        }
    }
}
