package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The calls about webhooks, e-mails, points and statistics. */
final class EngagementApi {
    private static final Pattern MAIL = Pattern.compile("/api/emails/(\\d{1,18})(/send|/contact/(\\d{1,18})/send)?");
    private static final Pattern POINTS = Pattern.compile("/api/contacts/(\\d{1,18})/points/(plus|minus)/(\\d{1,9})");

    private final WebhookStore webhooks;
    private final Mails mails;
    private final MailJson mailJson;
    private final StatsTables stats;
    private final Store store;

    /** The data that the calls use. */
    record Store(ContactStore contacts, SegmentStore segments, Announcer announcer, Campaigns campaigns) {}

    EngagementApi(WebhookStore webhooks, Mails mails, MailJson mailJson, StatsTables stats, Store store) {
        this.webhooks = webhooks;
        this.mails = mails;
        this.mailJson = mailJson;
        this.stats = stats;
        this.store = store;
    }

    Optional<Answer> answer(Request request) throws IOException {
        String path = request.path();
        if (path.equals("/api/hooks") || path.startsWith("/api/hooks/")) {
            return Optional.ofNullable(webhooks.answer(request.method(), path, body(request)));
        }
        if (path.startsWith("/api/emails/")) {
            return Optional.ofNullable(mail(request));
        }
        if (request.method().equals("GET") && path.equals("/api/campaigns")) {
            return Optional.of(store.campaigns.list());
        }
        if (request.method().equals("GET") && path.equals("/api/stats")) {
            return Optional.of(stats.list());
        }
        if (request.method().equals("GET") && path.startsWith("/api/stats/")) {
            return Optional.of(stats.answer(path.substring("/api/stats/".length()), request.query()));
        }
        Matcher points = POINTS.matcher(path);
        return request.method().equals("POST") && points.matches() ? Optional.of(points(points)) : Optional.empty();
    }

    private static JsonNode body(Request request) throws IOException {
        return request.body().length == 0 ? MissingNode.getInstance() : request.json();
    }

    private @Nullable Answer mail(Request request) throws IOException {
        if (request.method().equals("POST") && request.path().equals("/api/emails/new")) {
            return create(request.json());
        }
        Matcher path = MAIL.matcher(request.path());
        if (!path.matches()) {
            return null;
        }
        Mail mail = mails.get(Long.parseLong(path.group(1)));
        if (mail == null) {
            return SegmentCalls.notFound();
        }
        return switch (request.method() + (path.group(2) == null ? "" : path.group(3) == null ? "/all" : "/one")) {
            case "GET" -> Answer.json(200, "{\"email\":" + mailJson.full(mail) + "}");
            case "POST/all" -> sendAll(mail);
            case "POST/one" -> sendOne(mail, Long.parseLong(path.group(3)));
            default -> null;
        };
    }

    private Answer create(JsonNode body) {
        List<Long> segments = new ArrayList<>();
        body.path("lists").forEach(segment -> segments.add(segment.asLong()));
        Mail.Text text = new Mail.Text(
                body.path("name").asText(""),
                body.path("subject").asText(""),
                body.path("emailType").asText("template"),
                body.path("customHtml").asText("").replace("&amp;", "&"));
        Mail mail = mails.create(text, segments);
        return Answer.json(201, "{\"email\":" + mailJson.full(mail) + "}").with("Location", "/api/emails/" + mail.id);
    }

    private Answer sendAll(Mail mail) {
        Set<Long> audience = new LinkedHashSet<>();
        for (long id : mail.segments) {
            SegmentStore.Stored segment = store.segments().get(id);
            audience.addAll(segment == null ? Set.of() : segment.members());
        }
        int sent = mails.send(mail.id, audience).size();
        return Answer.json(200, "{\"success\":1,\"sentCount\":" + sent + ",\"failedRecipients\":0}");
    }

    private Answer sendOne(Mail mail, long contactId) {
        StoredContact contact = store.contacts().find(contactId);
        if (contact == null) {
            return SegmentCalls.notFound();
        }
        if (contact.doNotContact("email").isPresent()
                && !store.contacts().version().sendsToDoNotContact()) {
            return Answer.json(200, "{\"success\":false,\"failed\":[]}");
        }
        mails.sendToContact(mail.id, contactId);
        return Answer.json(200, "{\"success\":true}");
    }

    private Answer points(Matcher path) {
        StoredContact contact = store.contacts().find(Long.parseLong(path.group(1)));
        if (contact == null) {
            return SegmentCalls.notFound();
        }
        long by = Long.parseLong(path.group(3)) * (path.group(2).equals("plus") ? 1 : -1);
        store.announcer().points(contact, by);
        store.announcer().updated(contact);
        BigDecimal before = contact.get("points") instanceof BigDecimal points ? points : BigDecimal.ZERO;
        contact.put("points", before.add(BigDecimal.valueOf(by)));
        return Answer.json(200, "{\"success\":1}");
    }
}
