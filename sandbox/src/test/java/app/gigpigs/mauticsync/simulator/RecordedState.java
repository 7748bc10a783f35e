package app.gigpigs.mauticsync.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Brings a simulator into the state that Mautic was in when a recording was made. */
final class RecordedState {
    private static final List<String> CUSTOM = List.of(
            "supabase_id",
            "customer_segment",
            "lead_score",
            "total_orders",
            "total_spent",
            "last_order_date",
            "last_event_name",
            "preferred_venue",
            "marketing_opt_in",
            "customer_since");

    private final MauticSimulator mautic;
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.now().minusSeconds(60));

    RecordedState(MauticSimulator mautic) {
        this.mautic = mautic;
        mautic.clock(now::get);
    }

    void restore(JsonNode setup) {
        for (JsonNode contact : setup.get("contacts")) {
            Map<String, Object> values = new HashMap<>();
            contact.get("values").properties().forEach(value -> values.put(value.getKey(), scalar(value.getValue())));
            mautic.addContact(contact.get("id").asLong(), values);
            if (setup.has("apart")) {
                now.set(now.get().plusSeconds(1));
            }
            if (contact.has("modified")) {
                mautic.setValue(contact.get("id").asLong(), "fax", "1");
                mautic.setValue(contact.get("id").asLong(), "fax", null);
            }
            if (contact.has("doNotContact")) {
                mautic.doNotContact(
                        contact.get("id").asLong(), contact.get("doNotContact").asInt());
            }
        }
        for (JsonNode segment : setup.get("segments")) {
            mautic.addSegment(
                    segment.get("name").asText(),
                    segment.get("alias").asText(),
                    segment.path("filters").asText("[]"));
        }
        if (setup.path("fields").asText().equals("core")) {
            for (String alias : CUSTOM) {
                mautic.removeField(alias);
            }
        }
        setup.path("history").forEach(this::relive);
        setup.path("deleted").forEach(id -> mautic.deleteContact(id.asLong()));
        setup.path("merged")
                .forEach(pair ->
                        mautic.people().merge(pair.get(0).asLong(), pair.get(1).asLong()));
        for (int i = 0; i < setup.path("hooksBefore").asInt(); i++) {
            mautic.webhooks().addWebhook(URI.create("http://127.0.0.1:1/"), "", List.of());
        }
        if (setup.has("at")) {
            now.set(Instant.parse(setup.get("at").asText()));
        }
        mautic.faults().callsPerHour(setup.path("rateLimit").asInt());
        if (setup.has("fault")) {
            mautic.faults().next("GET", "/api/contacts", new Fault.RateLimited(Duration.ofHours(1)));
        }
    }

    private void relive(JsonNode step) {
        now.set(Instant.parse(step.get("at").asText()));
        long stat = step.path("stat").asLong();
        long contact = step.path("contact").asLong();
        Mails mails = mautic.mails();
        switch (step.get("do").asText()) {
            case "hook" -> webhook(step.get("body"));
            case "mail" -> mail(step);
            case "send" -> mails.sendToContact(step.get("mail").asLong(), contact);
            case "campaign" ->
                mails.send(
                        step.get("mail").asLong(),
                        mautic.segmentMembers("crm-vip").stream().sorted().toList());
            case "transactional" ->
                mautic.campaigns()
                        .addTransactional(
                                step.get("campaign").asText(),
                                step.get("event").asText(),
                                step.get("mail").asLong());
            case "open" -> {
                for (int i = 0; i < step.path("times").asInt(1); i++) {
                    mautic.people().open(mails.stat(stat), step.get("userAgent").asText());
                }
            }
            case "click" -> mautic.people().click(stat, step.get("url").asText());
            case "unsubscribe" -> mautic.people().unsubscribe(stat);
            case "bounce" -> mautic.people().bounce(stat);
            case "join" -> mautic.join("crm-vip", contact);
            case "dnc" ->
                mautic.doNotContact(
                        contact,
                        step.path("reason").asInt(3),
                        step.path("comments").asText("set in Mautic"));
            case "dnc-and-back" -> {
                mautic.doNotContact(contact, 3);
                mautic.clearDoNotContact(contact);
            }
            default -> throw new IllegalArgumentException(step.toString());
        }
    }

    private void webhook(JsonNode body) {
        long id = mautic.webhooks().addWebhook(URI.create(body.get("webhookUrl").asText()), "", List.of());
        mautic.webhooks().webhook(id).replace(body);
    }

    private void mail(JsonNode step) {
        List<Long> segments = new ArrayList<>();
        step.get("segments").forEach(segment -> segments.add(segment.asLong()));
        mautic.mails()
                .create(
                        new Mail.Text(
                                step.get("name").asText(),
                                step.get("subject").asText(),
                                segments.isEmpty() ? "template" : "list",
                                step.get("html").asText()),
                        segments);
    }

    private static Object scalar(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue();
        }
        return value.isBoolean() ? (Object) value.booleanValue() : value.asText();
    }
}
