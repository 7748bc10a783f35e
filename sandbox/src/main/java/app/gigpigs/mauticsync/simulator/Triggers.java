package app.gigpigs.mauticsync.simulator;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The events for which Mautic has webhooks. There is none for a click, an unsubscribe or a bounce. */
final class Triggers {
    static final String NEW = "mautic.lead_post_save_new";
    static final String UPDATED = "mautic.lead_post_save_update";
    static final String DELETED = "mautic.lead_post_delete";
    static final String SUBSCRIPTION = "mautic.lead_channel_subscription_changed";
    static final String POINTS = "mautic.lead_points_change";
    static final String SEGMENT = "mautic.lead_list_change";
    static final String OPEN = "mautic.email_on_open";
    static final String SEND = "mautic.email_on_send";
    static final String HIT = "mautic.page_on_hit";

    private Triggers() {}

    /** The answer that lists them. */
    static String json(MauticVersion version) {
        String company = version == MauticVersion.V7_0 ? "company" : "commpany";
        String segments = version.tellsSegments()
                ? one(
                        SEGMENT,
                        "Contact Segment Membership Change Event",
                        "Triggered when a contact segment membership is changed")
                : "";
        return "{\"triggers\":{"
                + one(
                        "mautic.company_post_save",
                        "Company Create/Update Event",
                        "Triggered when a company is created/updated")
                + one("mautic.company_post_delete", "Company Deleted Event", "Triggered when a company is deleted")
                + one(
                        SUBSCRIPTION,
                        "Contact Channel Subscription Change Event",
                        "Triggered when a contact's channel subscription status changes.")
                + one(
                        "mautic.lead_company_change",
                        "Contact Company Subscription Change Event",
                        "Triggered when a " + company + " is added or removed to/from contact")
                + one(DELETED, "Contact Deleted Event", "Triggered when a contact is deleted.")
                + one(NEW, "Contact Identified Event", "Triggered when a contact is identified.")
                + one(POINTS, "Contact Points Changed Event", "Triggered when a contact's points are modified.")
                + segments
                + one(UPDATED, "Contact Updated Event", "Triggered when a contact is updated.")
                + one(OPEN, "Email Open Event", "mautic.email.webhook.event.open_desc")
                + one(SEND, "Email Send Event", "mautic.email.webhook.event.send_desc")
                + one("mautic.form_on_submit", "Form Submit Event", "mautic.form.webhook.event.form.submit_desc")
                + one(HIT, "Page Hit Event", "mautic.page.webhook.event.hit_desc")
                + one("mautic.sms_on_send", "Text Send Event", "mautic.sms.webhook.event.send_desc")
                        .replaceFirst(",$", "")
                + "}}";
    }

    private static String one(String name, String label, String description) {
        return "\"" + name + "\":{\"label\":\"" + label + "\",\"description\":\"" + description + "\"},";
    }

    /** The secret that Mautic generates when none is sent: 64 hexadecimal digits. */
    static String generatedSecret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
